import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hexToBytes } from "#bc/dcbor";
import { flipBit } from "../../../test/kit/flip-bit.ts";
import type { ImportKey } from "./aes-gcm.ts";
import { importKey as byNode } from "./node.ts";
import { importKey as byWebCrypto } from "./webcrypto.ts";

const implementations: [string, ImportKey][] = [
  ["node", byNode],
  ["webcrypto", byWebCrypto],
];

/** Test case 16 of the paper by McGrew and Viega in which GCM was proposed. */
const PUBLISHED = {
  key: hexToBytes("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"),
  nonce: hexToBytes("cafebabefacedbaddecaf888"),
  plaintext: hexToBytes(
    "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
  ),
  aad: hexToBytes("feedfacedeadbeeffeedfacedeadbeefabaddad2"),
  sealed: hexToBytes(
    "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b",
  ),
};

describe.each(implementations)("AES-256-GCM by %s", (_, importKey) => {
  it("makes and opens the published bytes", async () => {
    const { key, nonce, plaintext, aad, sealed } = PUBLISHED;
    const cipher = await importKey(key);
    expect(await cipher.encrypt(nonce, plaintext, aad)).toEqual(sealed);
    expect(await cipher.decrypt(nonce, sealed, aad)).toEqual(plaintext);
  });

  it("opens what every other implementation sealed, and nothing that was changed", async () => {
    const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
    const any = fc.uint8Array({ maxLength: 80 });
    await fc.assert(
      fc.asyncProperty(bytes(32), bytes(12), any, any, fc.nat(), async (key, nonce, plaintext, aad, bit) => {
        const sealed = await (await importKey(key)).encrypt(nonce, plaintext, aad);
        for (const [, importOther] of implementations) {
          const other = await importOther(key);
          expect(await other.decrypt(nonce, sealed, aad)).toEqual(plaintext);
          await expect(async () => other.decrypt(nonce, flipBit(sealed, bit), aad)).rejects.toThrow();
          await expect(async () => other.decrypt(nonce, sealed, flipBit(nonce, bit))).rejects.toThrow();
          await expect(async () => other.decrypt(flipBit(nonce, bit), sealed, aad)).rejects.toThrow();
        }
      }),
      { numRuns: 25 },
    );
  });

  it.each([0, 1, 15])("opens nothing of %d bytes", async (size) => {
    const { key, nonce, aad, sealed } = PUBLISHED;
    const cipher = await importKey(key);
    await expect(async () => cipher.decrypt(nonce, sealed.subarray(0, size), aad)).rejects.toThrow();
  });
});
