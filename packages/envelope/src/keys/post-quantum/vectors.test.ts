import { describe, expect, it } from "vitest";
import { decodeCbor, hexToBytes } from "#bc/dcbor";
import vectors from "../../../../../test-vectors/post-quantum.json" with { type: "json" };
import { flatNotation } from "../../envelope/index.ts";
import { Envelope } from "../../index.ts";
import { EncapsulationPrivateKey } from "../encapsulation-private-key.ts";
import { EncapsulationPublicKey } from "../encapsulation-public-key.ts";
import { PublicKeys } from "../public-keys.ts";
import { SealedMessage } from "../sealed-message.ts";
import { Signature } from "../signature.ts";
import { SigningPrivateKey } from "../signing-private-key.ts";
import { SigningPublicKey } from "../signing-public-key.ts";

const cborIn = (hex: string) => decodeCbor(hexToBytes(hex));

describe.each(vectors.signing)("$name", (vector) => {
  const publicKey = SigningPublicKey.fromCbor(cborIn(vector.publicKeyHex));
  const signature = Signature.fromCbor(cborIn(vector.signatureHex));
  const message = hexToBytes(vector.messageHex);

  it("belong together", async () => {
    const privateKey = SigningPrivateKey.fromCbor(cborIn(vector.privateKeyHex));
    expect(privateKey.publicKey().equals(publicKey)).toBe(true);
    expect(await publicKey.verify(signature, message)).toBe(true);
    expect(await publicKey.verify(await privateKey.sign(message), message)).toBe(true);
  });

  it("sign no other message, and verify by no key of another level", async () => {
    expect(await publicKey.verify(signature, message.subarray(1))).toBe(false);
    for (const other of vectors.signing) {
      const otherKey = SigningPublicKey.fromCbor(cborIn(other.publicKeyHex));
      expect(await otherKey.verify(signature, message)).toBe(other === vector);
    }
  });

  it("print as the reference prints them", () => {
    expect(publicKey.toString()).toBe(vector.publicKeyText);
    expect(flatNotation(Envelope.new(signature.toCbor()))).toBe(vector.signatureText);
    expect(SigningPrivateKey.fromCbor(cborIn(vector.privateKeyHex)).toString()).toMatch(
      /^SigningPrivateKey\([0-9a-f]{8}, MLDSA\d\dPrivateKey\([0-9a-f]{8}\)\)$/,
    );
  });
});

describe.each(vectors.encapsulation)("$name", (vector) => {
  const privateKey = EncapsulationPrivateKey.fromCbor(cborIn(vector.privateKeyHex));
  const publicKey = EncapsulationPublicKey.fromCbor(cborIn(vector.publicKeyHex));
  const sealed = SealedMessage.fromCbor(cborIn(vector.sealedHex));
  const plaintext = hexToBytes(vector.plaintextHex);

  it("belong together", async () => {
    expect(privateKey.publicKey().equals(publicKey)).toBe(true);
    expect(publicKey.isValid()).toBe(true);
    expect(await sealed.open(privateKey)).toEqual(plaintext);
    expect(await (await SealedMessage.seal(plaintext, publicKey)).open(privateKey)).toEqual(plaintext);
  });

  it("opens with no other key", async () => {
    const others = [
      EncapsulationPrivateKey.generate(privateKey.scheme),
      EncapsulationPrivateKey.generate("x25519"),
    ];
    for (const other of others) {
      await expect(sealed.open(other)).rejects.toMatchObject({ code: "decryption-failed" });
    }
  });

  it("comes back from its UR, and prints as the reference prints it", () => {
    expect(EncapsulationPrivateKey.fromURString(privateKey.urString()).equals(privateKey)).toBe(true);
    expect(EncapsulationPublicKey.fromURString(publicKey.urString()).equals(publicKey)).toBe(true);
    expect(publicKey.toString()).toBe(vector.publicKeyText);
    expect(flatNotation(Envelope.new(sealed.toCbor()))).toBe(vector.sealedText);
  });
});

it.each(vectors.pairs)("reads public keys of $name", ({ publicKeys, publicKeysText, xidHex }) => {
  const read = PublicKeys.fromURString(publicKeys);
  expect(read.toString()).toBe(publicKeysText);
  expect(read.xid().hex()).toBe(xidHex);
});
