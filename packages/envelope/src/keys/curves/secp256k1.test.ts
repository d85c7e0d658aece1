import { createRequire } from "node:module";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ecdsa, schnorr } from "#bc/crypto";
import { hexToBytes } from "#bc/dcbor";
import { flipBit } from "../../../../../test/kit/flip-bit.ts";
import bip340 from "../../../../../test-vectors/bip340.json" with { type: "json" };
import signatures from "../../../../../test-vectors/signatures.json" with { type: "json" };
import type { Secp256k1 } from "./curves.ts";
import { compiledSecp256k1, installedSecp256k1, type Load, nativeSecp256k1 } from "./installed.ts";
import { nobleSecp256k1 } from "./noble.ts";
import { curves as nodeCurves } from "./node.ts";
import { curves as portableCurves } from "./portable.ts";

/** What this machine would load if only packages of this name were installed. */
function onlyWith(installed: string): Load {
  return (name) => {
    if (!name.startsWith(installed)) throw new Error(`Cannot find module '${name}'`);
    return createRequire(import.meta.url)(name);
  };
}
const nothing: Load = (name) => {
  throw new Error(`Cannot find module '${name}'`);
};

const hasBinary = nativeSecp256k1() !== undefined;
const implementations: [string, Secp256k1][] = [
  ["what is installed", nodeCurves.secp256k1],
  ["WebAssembly alone", installedSecp256k1(onlyWith("tiny-secp256k1"))],
  ["noble", installedSecp256k1(nothing)],
];

const EVEN_Y = Uint8Array.of(2);
const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
/** Far below the curve order, and not zero. */
const scalar = fc.uint8Array({ minLength: 31, maxLength: 31 }).map((low) => Uint8Array.of(1, ...low));
const message = fc.oneof(bytes32, fc.uint8Array({ maxLength: 80 }));

describe.each(implementations)("secp256k1 by %s", (_, curve) => {
  it.each(bip340.vectors)("judges $name", async ({ publicKeyHex, signatureHex, messageHex, valid }) => {
    const verified = curve.schnorrVerify(
      hexToBytes(publicKeyHex),
      hexToBytes(signatureHex),
      hexToBytes(messageHex),
    );
    expect(await verified).toBe(valid);
  });

  it.each(bip340.vectors.filter((vector) => vector.privateKeyHex !== undefined))(
    "signs $name",
    async (vector) => {
      const signature = curve.schnorrSign(
        hexToBytes(vector.privateKeyHex ?? ""),
        hexToBytes(vector.messageHex),
        hexToBytes(vector.auxRandHex ?? ""),
      );
      expect(await signature).toEqual(hexToBytes(vector.signatureHex));
    },
  );

  it.each(signatures.vectors.filter(({ scheme }) => scheme === "ecdsa"))(
    "signs and verifies $name",
    async (vector) => {
      const signature = hexToBytes(vector.signatureHex);
      const signed = hexToBytes(vector.messageHex);
      expect(await curve.ecdsaSign(hexToBytes(vector.privateKeyHex), signed)).toEqual(signature);
      expect(await curve.ecdsaVerify(hexToBytes(vector.publicKeyHex), signature, signed)).toBe(true);
    },
  );

  it.each(signatures.invalid.filter(({ scheme }) => scheme === "ecdsa"))("refuses $name", async (vector) => {
    const verified = curve.ecdsaVerify(
      hexToBytes(vector.publicKeyHex),
      hexToBytes(vector.signatureHex),
      hexToBytes(vector.messageHex),
    );
    expect(await verified).toBe(false);
  });

  it("signs what every other implementation verifies, and nothing else", async () => {
    const bits = fc.nat();
    await fc.assert(
      fc.asyncProperty(scalar, message, bytes32, bits, async (privateKey, signed, auxRand, bit) => {
        const ecdsaSignature = await curve.ecdsaSign(privateKey, signed);
        const schnorrSignature = await curve.schnorrSign(privateKey, signed, auxRand);
        expect(ecdsaSignature).toEqual(ecdsa.sign(privateKey, signed));
        expect(schnorrSignature).toEqual(schnorr.sign(privateKey, signed, { auxRand }));
        for (const [, other] of implementations) {
          const compressed = ecdsa.publicKey(privateKey);
          const xOnly = schnorr.publicKey(privateKey);
          expect(await other.ecdsaVerify(compressed, ecdsaSignature, signed)).toBe(true);
          expect(await other.ecdsaVerify(compressed, flipBit(ecdsaSignature, bit), signed)).toBe(false);
          expect(await other.schnorrVerify(xOnly, schnorrSignature, signed)).toBe(true);
          expect(await other.schnorrVerify(xOnly, flipBit(schnorrSignature, bit), signed)).toBe(false);
          expect(await other.schnorrVerify(flipBit(xOnly, bit), schnorrSignature, signed)).toBe(false);
        }
      }),
      { numRuns: 15 },
    );
  });

  it("agrees with the others about random bytes, and never throws", async () => {
    const bytes64 = fc.uint8Array({ minLength: 64, maxLength: 64 });
    const edge = fc.constantFrom(new Uint8Array(32), new Uint8Array(32).fill(0xff));
    await fc.assert(
      fc.asyncProperty(fc.oneof(bytes32, edge), bytes64, bytes32, async (x, signature, signed) => {
        const compressed = Uint8Array.of(...EVEN_Y, ...x);
        expect(await curve.schnorrVerify(x, signature, signed)).toBe(false);
        expect(await curve.ecdsaVerify(compressed, signature, signed)).toBe(false);
        expect(await curve.isPoint(compressed)).toBe(await nobleSecp256k1.isPoint(compressed));
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    ["zero", new Uint8Array(32)],
    ["above the order", new Uint8Array(32).fill(0xff)],
  ])("does not sign with a private key that is %s", async (_name, privateKey) => {
    const signed = new Uint8Array(32);
    await expect(async () => await curve.ecdsaSign(privateKey, signed)).rejects.toThrow();
    await expect(async () => await curve.schnorrSign(privateKey, signed, signed)).rejects.toThrow();
  });
});

describe("on Node", () => {
  it("is native where there is a binary, else WebAssembly, else noble", () => {
    expect(nativeSecp256k1(onlyWith("tiny-secp256k1"))).toBeUndefined();
    expect(compiledSecp256k1(onlyWith("tiny-secp256k1"))).toBeDefined();
    expect(compiledSecp256k1(nothing)).toBeUndefined();
    expect(installedSecp256k1(nothing)).toBe(nobleSecp256k1);
    expect(portableCurves.secp256k1).toBe(nobleSecp256k1);
  });

  it("loads WebAssembly beside the binary only when somebody signs by Schnorr", async () => {
    const names: string[] = [];
    const curve = installedSecp256k1((name) => {
      names.push(name);
      return createRequire(import.meta.url)(name);
    });
    if (!hasBinary) return expect(names).toEqual(["secp256k1/bindings.js", "tiny-secp256k1"]);
    expect(names).toEqual(["secp256k1/bindings.js"]);
    const key = new Uint8Array(32).fill(1);
    await curve.schnorrSign(key, key, key);
    await curve.schnorrSign(key, key, key);
    expect(names).toEqual(["secp256k1/bindings.js", "tiny-secp256k1"]);
  });
});
