/** Against RFC 4231, and Node's own. */
import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { bytesToHex, hexToBytes } from "#bc/dcbor";
import { hmacSha256 } from "./hmac.ts";

const encoder = new TextEncoder();

test.each([
  {
    key: new Uint8Array(20).fill(0x0b),
    message: encoder.encode("Hi There"),
    mac: "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
  },
  {
    key: encoder.encode("Jefe"),
    message: encoder.encode("what do ya want for nothing?"),
    mac: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
  },
  {
    key: hexToBytes("0102030405060708090a0b0c0d0e0f10111213141516171819"),
    message: new Uint8Array(50).fill(0xcd),
    mac: "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
  },
])("gives what RFC 4231 says: $mac", ({ key, message, mac }) => {
  expect(bytesToHex(hmacSha256(key, message))).toBe(mac);
});

test.each([0, 1, 63, 64])("takes a key of %i bytes", (length) => {
  const [key, message] = [new Uint8Array(length).fill(7), new Uint8Array(200).fill(length)];
  const expected = createHmac("sha256", key).update(message).digest();
  expect(hmacSha256(key, message)).toEqual(new Uint8Array(expected));
});

test("refuses a key that is longer than a block", () => {
  expect(() => hmacSha256(new Uint8Array(65), new Uint8Array())).toThrow(RangeError);
});
