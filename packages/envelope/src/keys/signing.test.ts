import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hexToBytes } from "#bc/dcbor";
import { flipBit } from "../../../../test/kit/flip-bit.ts";
import vectors from "../../../../test-vectors/signatures.json" with { type: "json" };
import { PrivateKeys, Signature, SigningPrivateKey, SigningPublicKey, type SigningScheme } from "./index.ts";

const schemes: readonly SigningScheme[] = ["schnorr", "ecdsa", "ed25519"];

function schemeOf(name: string): SigningScheme {
  const scheme = schemes.find((known) => known === name);
  if (scheme === undefined) throw new Error(`no scheme ${name}`);
  return scheme;
}

describe("signatures", () => {
  it.each(vectors.vectors)("are made and verified: $name", async (vector) => {
    const key = SigningPrivateKey.fromData(hexToBytes(vector.privateKeyHex), schemeOf(vector.scheme));
    const message = hexToBytes(vector.messageHex);
    const auxRand = vector.auxRandHex === undefined ? {} : { auxRand: hexToBytes(vector.auxRandHex) };
    const signature = await key.sign(message, auxRand);
    expect(signature.toCbor().toHex()).toBe(vector.cborHex);
    expect(`${signature}`).toBe(vector.text);
    expect(key.publicKey().data).toEqual(hexToBytes(vector.publicKeyHex));
    expect(await key.publicKey().verify(signature, message)).toBe(true);
  });

  it.each(vectors.invalid)("do not verify: $name", async (vector) => {
    const scheme = schemeOf(vector.scheme);
    const key = SigningPublicKey.fromData(hexToBytes(vector.publicKeyHex), scheme);
    const signature = Signature.fromData(hexToBytes(vector.signatureHex), scheme);
    expect(await key.verify(signature, hexToBytes(vector.messageHex))).toBe(false);
  });

  it.each(schemes)("of %s verify, and with any bit changed do not", async (scheme) => {
    const key = PrivateKeys.generate(scheme).signing;
    const publicKey = key.publicKey();
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 64 }), fc.nat(), async (message, bit) => {
        const signature = await key.sign(message);
        expect(await publicKey.verify(signature, message)).toBe(true);
        expect(await publicKey.verify(signature, flipBit(message, bit))).toBe(false);
        const changed = Signature.fromData(flipBit(signature.data, bit), scheme);
        expect(await publicKey.verify(changed, message)).toBe(false);
        const otherKey = SigningPublicKey.fromData(flipBit(publicKey.data, bit), scheme);
        expect(await otherKey.verify(signature, message)).toBe(false);
      }),
      { numRuns: 40 },
    );
  });

  it("never verify under another scheme", async () => {
    const data = new Uint8Array(32).fill(7);
    for (const signer of schemes) {
      const signature = await SigningPrivateKey.fromData(data, signer).sign(data);
      for (const verifier of schemes) {
        const verified = SigningPrivateKey.fromData(data, verifier).publicKey().verify(signature, data);
        expect(await verified).toBe(signer === verifier);
      }
    }
  });

  it("of schnorr differ each time, the others do not", async () => {
    const data = new Uint8Array(32).fill(7);
    for (const scheme of schemes) {
      const key = SigningPrivateKey.fromData(data, scheme);
      const [a, b] = [await key.sign(data), await key.sign(data)];
      expect(a.equals(b)).toBe(scheme !== "schnorr");
    }
  });

  it("need auxiliary randomness of 32 bytes", async () => {
    const key = SigningPrivateKey.generate();
    const signing = key.sign(new Uint8Array(32), { auxRand: new Uint8Array(31) });
    await expect(signing).rejects.toMatchObject({ code: "malformed" });
  });
});
