import { type Cbor, type Tag, taggedValue } from "#bc/dcbor";
import { TAG_EC_KEY, TAG_SIGNING_PUBLIC_KEY } from "#bc/tags";
import { curves } from "#curves";
import { loadPostQuantum } from "#post-quantum";
import { sha256 } from "#sha256";
import { concatBytes } from "./bytes.ts";
import { isPointOfEd25519 } from "./curves/ed25519-point.ts";
import type { Signature } from "./signature.ts";
import { type SignatureScheme, schemedCbor, schemedCopy, schemedOf } from "./signing-scheme.ts";
import { isSsh } from "./ssh/ssh-scheme.ts";
import { cborOfUR, contentOf, Referenced, shortHex } from "./tagged.ts";

const EVEN_Y = Uint8Array.of(2);

/**
 * A public key that verifies signatures: `40022(…)`, `ur:signing-public-key`.
 *
 * Reading checks the size only, since a look at the curve costs as much as a verification: `verify` is false for a
 * key that is no key, and `isValid` tells before a key is stored.
 */
export class SigningPublicKey extends Referenced {
  readonly #scheme: SignatureScheme;
  readonly #data: Uint8Array;

  private constructor(scheme: SignatureScheme, data: Uint8Array) {
    super();
    this.#scheme = scheme;
    this.#data = data;
  }

  /**
   * 32 bytes (schnorr: x only, ed25519), 33 (ecdsa: compressed), or 1312, 1952, 2592 (mldsa44, mldsa65, mldsa87). Of SSH the
   * text, with its comment, which is part of the key: with another comment it has another XID.
   */
  static fromData(data: Uint8Array, scheme: SignatureScheme = "schnorr"): SigningPublicKey {
    return new SigningPublicKey(scheme, schemedCopy(data, scheme, "publicKey"));
  }

  /** @throws {KeyError} `malformed`, `unsupported-scheme`. */
  static fromCbor(cbor: Cbor): SigningPublicKey {
    const { scheme, data } = schemedOf(contentOf(cbor, TAG_SIGNING_PUBLIC_KEY), "publicKey");
    return new SigningPublicKey(scheme, data);
  }

  static fromURString(text: string): SigningPublicKey {
    return SigningPublicKey.fromCbor(cborOfUR(text, TAG_SIGNING_PUBLIC_KEY));
  }

  get scheme(): SignatureScheme {
    return this.#scheme;
  }

  get data(): Uint8Array {
    return this.#data;
  }

  /**
   * Whether this key made `signature` over `message`. Never throws, whatever the bytes; another scheme is false. A signature
   * of SSH may have any namespace.
   */
  async verify(signature: Signature, message: Uint8Array): Promise<boolean> {
    const scheme = this.#scheme;
    if (signature.scheme !== scheme) return false;
    if (isSsh(scheme)) {
      const { ed25519Verify } = curves.curve25519;
      return (await loadSsh()).verifySsh(this.#data, signature.data, message, ed25519Verify);
    }
    switch (scheme) {
      case "schnorr":
        return curves.secp256k1.schnorrVerify(this.#data, signature.data, message);
      case "ecdsa":
        return curves.secp256k1.ecdsaVerify(this.#data, signature.data, message);
      case "ed25519":
        return curves.curve25519.ed25519Verify(this.#data, signature.data, message);
      default:
        return (await loadPostQuantum()).verify(scheme, this.#data, signature.data, message);
    }
  }

  /**
   * Whether the bytes are a public key at all: on the curve; for Ed25519 also canonical and not of small order; of SSH also
   * written as OpenSSH writes it. All bytes of the right size are one of ML-DSA.
   */
  async isValid(): Promise<boolean> {
    const scheme = this.#scheme;
    if (isSsh(scheme)) return (await loadSsh()).isSshKey(this.#data, isPointOfEd25519);
    switch (scheme) {
      case "schnorr":
        return curves.secp256k1.isPoint(concatBytes(EVEN_Y, this.#data));
      case "ecdsa":
        return curves.secp256k1.isPoint(this.#data);
      case "ed25519":
        return isPointOfEd25519(this.#data);
      default:
        return true;
    }
  }

  cborTags(): Tag[] {
    return [TAG_SIGNING_PUBLIC_KEY];
  }

  untaggedCbor(): Cbor {
    return schemedCbor(this, "publicKey");
  }

  toString(): string {
    return `SigningPublicKey(${this.shortReference()}, ${this.#shownKey()})`;
  }

  #shownKey(): string {
    const scheme = this.#scheme;
    if (isSsh(scheme)) return `SSHPublicKey(${shortHex(sha256(this.#data))})`;
    switch (scheme) {
      case "schnorr":
        return `SchnorrPublicKey(${shortHex(sha256(this.#data))})`;
      case "ecdsa": {
        const ecKey = taggedValue(TAG_EC_KEY, new Map([[3, this.#data]]));
        return `ECPublicKey(${shortHex(sha256(ecKey.toData()))})`;
      }
      case "ed25519":
        return `Ed25519PublicKey(${shortHex(sha256(this.#data))})`;
      default:
        return `${scheme.toUpperCase()}PublicKey(${shortHex(sha256(this.untaggedCbor().toData()))})`;
    }
  }
}

/** Few have such keys: a chunk of its own in a bundle. */
function loadSsh() {
  return import("./ssh/verify.ts");
}
