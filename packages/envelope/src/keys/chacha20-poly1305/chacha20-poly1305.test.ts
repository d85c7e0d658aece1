import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hexToBytes } from "#bc/dcbor";
import { flipBit } from "../../../../../test/kit/flip-bit.ts";
import encryption from "../../../../../test-vectors/encryption.json" with { type: "json" };
import { concatBytes } from "../bytes.ts";
import type { ChaCha20Poly1305 } from "./chacha20-poly1305.ts";
import { chacha20Poly1305 as byNode } from "./node.ts";
import { chacha20Poly1305 as portable } from "./portable.ts";

const implementations: [string, ChaCha20Poly1305][] = [
  ["node", byNode],
  ["noble", portable],
];

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const aads = fc.uint8Array({ maxLength: 80 });
/** Around the blocks of both algorithms. */
const lengths = fc.constantFrom(0, 1, 15, 16, 17, 63, 64, 65, 1000, 5000);
const plaintexts = lengths.chain(bytes);

describe.each(implementations)("ChaCha20-Poly1305 by %s", (_, cipher) => {
  it.each(encryption.vectors)("makes and opens the published bytes: $name", (vector) => {
    const [key, nonce, aad] = [vector.keyHex, vector.nonceHex, vector.aadHex].map(hexToBytes);
    const plaintext = hexToBytes(vector.plaintextHex);
    const sealed = hexToBytes(vector.ciphertextHex + vector.authHex);
    if (key === undefined || nonce === undefined || aad === undefined) throw new TypeError("incomplete");
    expect(concatBytes(cipher.encrypt(key, nonce, plaintext, aad))).toEqual(sealed);
    expect(concatBytes(cipher.decrypt(key, nonce, sealed, aad))).toEqual(plaintext);
  });

  it("opens what every other implementation sealed, and nothing that was changed", () => {
    fc.assert(
      fc.property(bytes(32), bytes(12), plaintexts, aads, fc.nat(), (key, nonce, plaintext, aad, bit) => {
        const sealed = cipher.encrypt(key, nonce, plaintext, aad);
        for (const [, other] of implementations) {
          expect(concatBytes(other.decrypt(key, nonce, sealed, aad))).toEqual(plaintext);
          expect(() => other.decrypt(key, nonce, flipBit(sealed, bit), aad)).toThrow();
          expect(() => other.decrypt(key, nonce, sealed, flipBit(aad, bit))).toThrow();
          expect(() => other.decrypt(key, flipBit(nonce, bit), sealed, aad)).toThrow();
          expect(() => other.decrypt(flipBit(key, bit), nonce, sealed, aad)).toThrow();
        }
      }),
      { numRuns: 50 },
    );
  });

  it.each([0, 1, 15])("opens nothing of %d bytes", (size) => {
    const sealed = cipher.encrypt(
      new Uint8Array(32),
      new Uint8Array(12),
      new Uint8Array(8),
      new Uint8Array(),
    );
    const short = sealed.subarray(0, size);
    expect(() => cipher.decrypt(new Uint8Array(32), new Uint8Array(12), short, new Uint8Array())).toThrow();
  });
});
