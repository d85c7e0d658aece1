import { randomBytes } from "node:crypto";
import { expect, it } from "vitest";
import { hexToBytes } from "#bc/dcbor";
import { sha256 as byNode } from "./node.ts";
import { sha256 as portable } from "./portable.ts";

/** FIPS 180-4, and the examples that NIST gives with it. */
const PUBLISHED = [
  ["", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
  ["abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
  [
    "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
  ],
] as const;

it.each(PUBLISHED)("hashes %o as published", (text, hex) => {
  const bytes = new TextEncoder().encode(text);
  expect(byNode(bytes)).toEqual(hexToBytes(hex));
  expect(portable(bytes)).toEqual(hexToBytes(hex));
});

it("hashes alike on every platform, whatever the length and wherever the bytes lie", () => {
  const bytes = new Uint8Array(randomBytes(1000));
  for (let length = 0; length <= 300; length++) {
    const part = bytes.subarray(length, 2 * length);
    expect(byNode(part)).toEqual(portable(part));
  }
});
