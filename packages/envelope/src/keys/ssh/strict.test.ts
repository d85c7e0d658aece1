import { expect, it } from "vitest";
import { Envelope, flatNotation, treeNotation } from "../../envelope/index.ts";
import { SigningPublicKey } from "../signing-public-key.ts";

const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];
const KEY = [...new TextEncoder().encode("ssh-ed25519 AAAA ")];

it.each([
  { what: "a byte order mark before the text", bytes: [...BYTE_ORDER_MARK, ...KEY] },
  { what: "a comment that is not UTF-8", bytes: [...KEY, 0xff] },
])("is no text of SSH: $what", ({ bytes }) => {
  const malformed = expect.objectContaining({ code: "malformed" });
  expect(() => SigningPublicKey.fromData(Uint8Array.from(bytes), "ssh-ed25519")).toThrow(malformed);
});

it("keeps every byte of a comment", () => {
  const data = Uint8Array.from([...KEY, ...BYTE_ORDER_MARK, 0x61]);
  const key = SigningPublicKey.fromData(data, "ssh-ed25519");
  expect(SigningPublicKey.fromCbor(key.toCbor()).data).toEqual(data);
});

it("shows no character of a comment, which may be one that drives a terminal", () => {
  const key = SigningPublicKey.fromData(
    Uint8Array.from([...KEY, ...new TextEncoder().encode("\u001b[2J\u009b2J")]),
    "ssh-ed25519",
  );
  for (const envelope of [Envelope.new(key.toCbor()), Envelope.new([key.toCbor()])]) {
    expect(`${key} ${flatNotation(envelope)} ${treeNotation(envelope)}`).not.toMatch(/\p{Cc}|2J/u);
  }
});
