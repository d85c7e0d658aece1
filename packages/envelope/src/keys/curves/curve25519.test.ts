import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ed25519, x25519 } from "#bc/crypto";
import { hexToBytes } from "#bc/dcbor";
import { flipBit } from "../../../../../test/kit/flip-bit.ts";
import ed25519Vectors from "../../../../../test-vectors/ed25519.json" with { type: "json" };
import encryption from "../../../../../test-vectors/encryption.json" with { type: "json" };
import type { Curve25519 } from "./curves.ts";
import { isPointOfEd25519, isStrictEd25519Encoding } from "./ed25519-point.ts";
import { nobleCurve25519 } from "./noble.ts";
import { opensslCurve25519 } from "./openssl.ts";
import { curves as portableCurves } from "./portable.ts";
import { supportsCurve25519, webCurve25519 } from "./webcrypto.ts";

const implementations: [string, Curve25519][] = [
  ["openssl", opensslCurve25519],
  ["webcrypto", webCurve25519],
  ["noble", nobleCurve25519],
  ["portable", portableCurves.curve25519],
];

const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
const message = fc.uint8Array({ maxLength: 80 });

/** The one vector that noble accepts: see the comment in ./noble.ts. */
const ONLY_COFACTORLESS = "mixed-order public key";

describe.each(implementations)("Ed25519 and X25519 by %s", (name, curve) => {
  it.each(ed25519Vectors.vectors)("signs and verifies $name", async (vector) => {
    const signature = hexToBytes(vector.signatureHex);
    const signed = hexToBytes(vector.messageHex);
    expect(await curve.ed25519Sign(hexToBytes(vector.privateKeyHex), signed)).toEqual(signature);
    expect(await curve.ed25519Verify(hexToBytes(vector.publicKeyHex), signature, signed)).toBe(true);
  });

  it.each(ed25519Vectors.invalid)("refuses $name", async (vector) => {
    const verified = curve.ed25519Verify(
      hexToBytes(vector.publicKeyHex),
      hexToBytes(vector.signatureHex),
      hexToBytes(vector.messageHex),
    );
    expect(await verified).toBe(name === "noble" && vector.name === ONLY_COFACTORLESS);
  });

  it.each(encryption.agreements)("agrees on a key: $name", async (vector) => {
    const shared = curve.x25519SharedKey(hexToBytes(vector.privateKeyHex), hexToBytes(vector.publicKeyHex));
    expect(await shared).toEqual(hexToBytes(vector.sharedKeyHex));
  });

  it.each(encryption.smallOrder)("agrees on no key with $name", async ({ publicKeyHex }) => {
    const privateKey = new Uint8Array(32).fill(0x33);
    expect(await curve.x25519SharedKey(privateKey, hexToBytes(publicKeyHex))).toBeUndefined();
    expect(await curve.x25519Encapsulate(hexToBytes(publicKeyHex))).toBeUndefined();
  });

  it("encapsulates for a public key what only its private key finds out, and anew each time", async () => {
    const privateKey = new Uint8Array(32).fill(0x33);
    const publicKey = x25519.publicKey(privateKey);
    const first = await curve.x25519Encapsulate(publicKey);
    const second = await curve.x25519Encapsulate(publicKey);
    expect(first?.ephemeralPublicKey).toHaveLength(32);
    expect(first?.sharedKey).toEqual(
      x25519.sharedKey(privateKey, first?.ephemeralPublicKey ?? new Uint8Array()),
    );
    expect(second?.ephemeralPublicKey).not.toEqual(first?.ephemeralPublicKey);
    expect(second?.sharedKey).not.toEqual(first?.sharedKey);
  });

  it("signs what every other implementation verifies, and nothing else", async () => {
    await fc.assert(
      fc.asyncProperty(bytes32, message, fc.nat(), async (privateKey, signed, bit) => {
        const signature = await curve.ed25519Sign(privateKey, signed);
        const publicKey = ed25519.publicKey(privateKey);
        for (const [, other] of implementations) {
          expect(await other.ed25519Verify(publicKey, signature, signed)).toBe(true);
          expect(await other.ed25519Verify(publicKey, flipBit(signature, bit), signed)).toBe(false);
          expect(await other.ed25519Verify(publicKey, signature, flipBit(signed, bit))).toBe(false);
          expect(await other.ed25519Verify(flipBit(publicKey, bit), signature, signed)).toBe(false);
        }
      }),
      { numRuns: 15 },
    );
  });

  it("derives the same public and shared keys as the others", async () => {
    await fc.assert(
      fc.asyncProperty(bytes32, bytes32, async (own, other) => {
        const otherPublic = await curve.x25519PublicKey(other);
        expect(otherPublic).toEqual(x25519.publicKey(other));
        expect(await curve.x25519SharedKey(own, otherPublic)).toEqual(x25519.sharedKey(own, otherPublic));
      }),
      { numRuns: 15 },
    );
  });

  it("uses the same bytes as a key of either curve", async () => {
    const privateKey = new Uint8Array(32).fill(7);
    expect(await curve.ed25519Sign(privateKey, privateKey)).toEqual(ed25519.sign(privateKey, privateKey));
    expect(await curve.x25519PublicKey(privateKey)).toEqual(x25519.publicKey(privateKey));
    expect(await curve.ed25519Sign(privateKey, privateKey)).toEqual(ed25519.sign(privateKey, privateKey));
  });

  it("never throws for random bytes", async () => {
    const bytes64 = fc.uint8Array({ minLength: 64, maxLength: 64 });
    await fc.assert(
      fc.asyncProperty(bytes32, bytes64, message, async (publicKey, signature, signed) => {
        expect(await curve.ed25519Verify(publicKey, signature, signed)).toBe(false);
      }),
      { numRuns: 50 },
    );
  });
});

describe("the points of Ed25519", () => {
  const { invalid } = ed25519Vectors;

  it.each(invalid.filter(({ name }) => /^public key (of order|with)/.test(name)))(
    "do not count a $name as strictly encoded",
    ({ publicKeyHex }) => {
      expect(isStrictEd25519Encoding(hexToBytes(publicKeyHex))).toBe(false);
      expect(isPointOfEd25519(hexToBytes(publicKeyHex))).toBe(false);
    },
  );

  it.each(invalid.filter(({ name }) => /^R (is|of order|with)/.test(name)))(
    "do not count an $name as strictly encoded",
    ({ signatureHex }) => {
      expect(isStrictEd25519Encoding(hexToBytes(signatureHex).subarray(0, 32))).toBe(false);
    },
  );

  it("do not count one off the curve", () => {
    const offCurve = invalid.find(({ name }) => name.startsWith("public key off the curve"));
    expect(isPointOfEd25519(hexToBytes(offCurve?.publicKeyHex ?? ""))).toBe(false);
  });

  it("hold every public key that there is", () => {
    fc.assert(
      fc.property(bytes32, (privateKey) => isPointOfEd25519(ed25519.publicKey(privateKey))),
      { numRuns: 50 },
    );
  });

  it("are about half of all encodings", () => {
    const found = Array.from({ length: 256 }, (_, first) =>
      Uint8Array.of(first, ...new Uint8Array(31).fill(5)),
    );
    const share = found.filter(isPointOfEd25519).length / found.length;
    expect(share).toBeGreaterThan(0.35);
    expect(share).toBeLessThan(0.65);
  });
});

it("finds Ed25519 and X25519 in the WebCrypto of Node", async () => {
  expect(await supportsCurve25519()).toBe(true);
});
