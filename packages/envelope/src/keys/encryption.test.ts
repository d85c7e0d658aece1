import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hexToBytes } from "#bc/dcbor";
import { flipBit } from "../../../../test/kit/flip-bit.ts";
import vectors from "../../../../test-vectors/encryption.json" with { type: "json" };
import {
  EncapsulationPrivateKey,
  EncapsulationPublicKey,
  EncryptedMessage,
  SealedMessage,
  SymmetricKey,
} from "./index.ts";

const plaintexts = fc.uint8Array({ maxLength: 100 });
const decryptionFailed = expect.objectContaining({ name: "KeyError", code: "decryption-failed" });

describe("encrypted messages", () => {
  it.each(vectors.vectors)("have the known bytes: $name", (vector) => {
    const key = SymmetricKey.fromData(hexToBytes(vector.keyHex));
    const options = { nonce: hexToBytes(vector.nonceHex), aad: hexToBytes(vector.aadHex) };
    const message = key.encrypt(hexToBytes(vector.plaintextHex), options);
    expect(message.ciphertext).toEqual(hexToBytes(vector.ciphertextHex));
    expect(message.auth).toEqual(hexToBytes(vector.authHex));
    expect(message.toCbor().toHex()).toBe(vector.cborHex);
    expect(key.decrypt(message)).toEqual(hexToBytes(vector.plaintextHex));
  });

  it("open with their key alone, and not when anything is changed", () => {
    fc.assert(
      fc.property(plaintexts, plaintexts, fc.nat(), (plaintext, aad, bit) => {
        const key = SymmetricKey.generate();
        const message = key.encrypt(plaintext, { aad });
        expect(key.decrypt(message)).toEqual(plaintext);
        expect(() => SymmetricKey.generate().decrypt(message)).toThrow(decryptionFailed);
        const { ciphertext, nonce, auth } = message;
        for (const changed of [
          { ciphertext: flipBit(ciphertext, bit), nonce, auth, aad },
          { ciphertext, nonce: flipBit(nonce, bit), auth, aad },
          { ciphertext, nonce, auth: flipBit(auth, bit), aad },
          { ciphertext, nonce, auth, aad: flipBit(aad, bit) },
        ]) {
          expect(() => key.decrypt(EncryptedMessage.fromParts(changed))).toThrow(decryptionFailed);
        }
      }),
    );
  });

  it("use a new nonce each time", () => {
    const key = SymmetricKey.generate();
    expect(key.encrypt(new Uint8Array(1)).nonce).not.toEqual(key.encrypt(new Uint8Array(1)).nonce);
  });

  it("need a nonce of 12 bytes", () => {
    expect(() => SymmetricKey.generate().encrypt(new Uint8Array(1), { nonce: new Uint8Array(11) })).toThrow(
      expect.objectContaining({ code: "malformed" }),
    );
  });
});

describe("sealed messages", () => {
  it.each(vectors.sealed)("have the known bytes: $name", async (vector) => {
    const recipient = EncapsulationPrivateKey.fromData(hexToBytes(vector.recipientPrivateKeyHex));
    expect(recipient.publicKey().data).toEqual(hexToBytes(vector.recipientPublicKeyHex));
    const plaintext = hexToBytes(vector.plaintextHex);
    const sealed = await SealedMessage.seal(plaintext, recipient.publicKey(), {
      ephemeralPrivateKey: hexToBytes(vector.ephemeralPrivateKeyHex),
      nonce: hexToBytes(vector.nonceHex),
    });
    expect(sealed.toCbor().toHex()).toBe(vector.cborHex);
    expect(await sealed.open(recipient)).toEqual(plaintext);
  });

  it("open with the recipient's key alone, and not when any byte is changed", async () => {
    const recipient = EncapsulationPrivateKey.generate();
    await fc.assert(
      fc.asyncProperty(plaintexts, fc.nat(), async (plaintext, at) => {
        const sealed = await SealedMessage.seal(plaintext, recipient.publicKey());
        expect(await sealed.open(recipient)).toEqual(plaintext);
        await expect(sealed.open(EncapsulationPrivateKey.generate())).rejects.toEqual(decryptionFailed);
        for (const changed of changesOf(sealed, at)) {
          await expect(changed.open(recipient)).rejects.toEqual(decryptionFailed);
        }
      }),
      { numRuns: 40 },
    );
  });

  it("use a new ephemeral key and nonce each time", async () => {
    const recipient = EncapsulationPrivateKey.generate().publicKey();
    const [a, b] = [
      await SealedMessage.seal(new Uint8Array(32), recipient),
      await SealedMessage.seal(new Uint8Array(32), recipient),
    ];
    expect(a.message.nonce).not.toEqual(b.message.nonce);
    expect(a.encapsulated.data).not.toEqual(b.encapsulated.data);
  });

  it.each(vectors.smallOrder)("are neither sealed to nor opened with $name", async ({ publicKeyHex }) => {
    const point = EncapsulationPublicKey.fromData(hexToBytes(publicKeyHex));
    expect(point.isValid()).toBe(false);
    await expect(SealedMessage.seal(new Uint8Array(1), point)).rejects.toMatchObject({ code: "bad-key" });

    const recipient = EncapsulationPrivateKey.generate();
    const sealed = await SealedMessage.seal(new Uint8Array(1), recipient.publicKey());
    await expect(SealedMessage.fromParts(sealed.message, point).open(recipient)).rejects.toEqual(
      decryptionFailed,
    );
  });
});

/** The message with one bit changed in each of its parts. The top bit of X25519 keys means nothing, and is left. */
function changesOf({ message, encapsulated }: SealedMessage, at: number): SealedMessage[] {
  const { ciphertext, nonce, auth, aad } = message;
  const otherPoint = { ...encapsulated, data: flipBit(encapsulated.data, at % 255) };
  return [
    SealedMessage.fromParts(message, otherPoint),
    ...[
      { ciphertext: flipBit(ciphertext, at), nonce, auth, aad },
      { ciphertext, nonce: flipBit(nonce, at), auth, aad },
      { ciphertext, nonce, auth: flipBit(auth, at), aad },
      { ciphertext, nonce, auth, aad: flipBit(aad, at) },
    ].map((parts) => SealedMessage.fromParts(EncryptedMessage.fromParts(parts), encapsulated)),
  ];
}
