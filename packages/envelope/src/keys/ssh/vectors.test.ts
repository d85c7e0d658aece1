import { afterEach, describe, expect, it, vi } from "vitest";
import { decodeCbor, hexToBytes } from "#bc/dcbor";
import vectors from "../../../../../test-vectors/ssh.json" with { type: "json" };
import { Envelope, flatNotation } from "../../envelope/index.ts";
import { curves as portable } from "../curves/portable.ts";
import { PublicKeys } from "../public-keys.ts";
import { Signature } from "../signature.ts";
import { SigningPublicKey } from "../signing-public-key.ts";
import { XID } from "../xid.ts";
import { verifySsh } from "./verify.ts";

const cborIn = (hex: string) => decodeCbor(hexToBytes(hex));
const shown = (hex: string) => flatNotation(Envelope.new(cborIn(hex)));

describe.each(vectors.signing)("$name", (vector) => {
  const publicKey = SigningPublicKey.fromCbor(cborIn(vector.publicKeyHex));
  const signature = Signature.fromCbor(cborIn(vector.signatureHex));
  const message = hexToBytes(vector.messageHex);

  it("belong together, and to no other key", async () => {
    expect([publicKey.scheme, signature.scheme]).toEqual([vector.scheme, vector.scheme]);
    expect(await publicKey.isValid()).toBe(true);
    expect(await publicKey.verify(signature, message)).toBe(true);
    expect(await publicKey.verify(signature, message.subarray(1))).toBe(false);
    for (const { publicKeyHex } of vectors.signing) {
      const other = SigningPublicKey.fromCbor(cborIn(publicKeyHex));
      expect(await other.verify(signature, message)).toBe(other.equals(publicKey));
    }
  });

  it("verify by what browsers and Workers have", async () => {
    const { ed25519Verify } = portable.curve25519;
    expect(await verifySsh(publicKey.data, signature.data, message, ed25519Verify)).toBe(true);
  });

  it("are written as they were read, by their data as well", () => {
    expect(publicKey.toCbor().toHex()).toBe(vector.publicKeyHex);
    expect(signature.toCbor().toHex()).toBe(vector.signatureHex);
    expect(SigningPublicKey.fromURString(publicKey.urString()).equals(publicKey)).toBe(true);
    expect(Signature.fromURString(signature.urString()).equals(signature)).toBe(true);
    expect(SigningPublicKey.fromData(publicKey.data, publicKey.scheme).equals(publicKey)).toBe(true);
    expect(Signature.fromData(signature.data, signature.scheme).equals(signature)).toBe(true);
    expect(XID.fromSigningPublicKey(publicKey).hex()).toBe(vector.xidHex);
  });

  it("are refused as another scheme's", () => {
    const malformed = expect.objectContaining({ code: "malformed" });
    const other = vectors.signing.find(({ scheme }) => scheme !== vector.scheme)?.scheme;
    for (const scheme of [other as typeof publicKey.scheme, "ed25519"] as const) {
      expect(() => SigningPublicKey.fromData(publicKey.data, scheme)).toThrow(malformed);
      expect(() => Signature.fromData(signature.data, scheme)).toThrow(malformed);
    }
  });

  it("print as the reference prints them", () => {
    expect(shown(vector.publicKeyHex)).toBe(vector.publicKeyText);
    expect(shown(vector.privateKeyHex)).toBe(vector.privateKeyText);
    expect(shown(vector.signatureHex)).toBe(vector.signatureText);
  });
});

it.each(vectors.mismatches)("does not verify: $name", async ({ publicKeyHex, messageHex, signatureHex }) => {
  const publicKey = SigningPublicKey.fromCbor(cborIn(publicKeyHex));
  expect(await publicKey.isValid()).toBe(true);
  const signature = Signature.fromCbor(cborIn(signatureHex));
  expect(await publicKey.verify(signature, hexToBytes(messageHex))).toBe(false);
});

it.each(vectors.keys)("is no key: $name", async ({ publicKeyHex }) => {
  const publicKey = SigningPublicKey.fromCbor(cborIn(publicKeyHex));
  expect(await publicKey.isValid()).toBe(false);
  for (const { signatureHex, messageHex } of vectors.signing) {
    const signature = Signature.fromCbor(cborIn(signatureHex));
    expect(await publicKey.verify(signature, hexToBytes(messageHex))).toBe(false);
  }
});

it.each(vectors.pairs)("reads public keys of $name", (vector) => {
  const read = PublicKeys.fromURString(vector.publicKeys);
  expect(read.toString()).toBe(vector.publicKeysText);
  expect(flatNotation(Envelope.new(read.toCbor()))).toBe(vector.publicKeysText);
  expect(read.xid().hex()).toBe(vector.xidHex);
});

describe("a page without WebCrypto", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it.each(vectors.signing)("verifies none, and throws nothing: $name", async (vector) => {
    vi.stubGlobal("crypto", {});
    const publicKey = SigningPublicKey.fromCbor(cborIn(vector.publicKeyHex));
    const signature = Signature.fromCbor(cborIn(vector.signatureHex));
    expect(await publicKey.verify(signature, hexToBytes(vector.messageHex))).toBe(false);
    expect(await publicKey.isValid()).toBe(vector.scheme === "ssh-ed25519");
  });
});
