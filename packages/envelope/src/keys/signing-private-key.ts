import { ecdsa, ed25519, schnorr } from "#bc/crypto";
import { type Cbor, type CborInput, type Tag, taggedValue } from "#bc/dcbor";
import { TAG_EC_KEY, TAG_SIGNING_PRIVATE_KEY } from "#bc/tags";
import { curves } from "#curves";
import { loadedPostQuantum, loadPostQuantum } from "#post-quantum";
import { sha256 } from "#sha256";
import { KeyError } from "./key-error.ts";
import { isMlDsa } from "./post-quantum/parameter-sets.ts";
import { randomBytes } from "./random.ts";
import { Signature } from "./signature.ts";
import { SigningPublicKey } from "./signing-public-key.ts";
import { SIZES, type SigningScheme, schemedCbor, schemedOf } from "./signing-scheme.ts";
import { cborOfUR, contentOf, copyOf, Referenced, shortHex } from "./tagged.ts";

const AUX_RAND_SIZE = 32;

export interface SignOptions {
  /** 32 bytes of auxiliary randomness, used by schnorr only (BIP-340). Default: random. */
  readonly auxRand?: Uint8Array;
}

/** A private key that signs: `40021(…)`, `ur:signing-private-key`. Printing it shows hashes, never the key. */
export class SigningPrivateKey extends Referenced {
  readonly #scheme: SigningScheme;
  readonly #data: Uint8Array;
  #publicKey: SigningPublicKey | undefined;

  private constructor(scheme: SigningScheme, data: Uint8Array) {
    super();
    this.#scheme = scheme;
    this.#data = data;
  }

  /** @throws {KeyError} `not-loaded`: of an ML-DSA scheme, before `loadPostQuantum()`. */
  static generate(scheme: SigningScheme = "schnorr"): SigningPrivateKey {
    const data = isMlDsa(scheme)
      ? loadedPostQuantum().signingKey(scheme)
      : randomBytes(SIZES[scheme].privateKey);
    return new SigningPrivateKey(scheme, data);
  }

  /** 32 bytes: a secp256k1 scalar, or an Ed25519 seed. Of ML-DSA the expanded key: 2560, 4032 or 4896 bytes. */
  static fromData(data: Uint8Array, scheme: SigningScheme = "schnorr"): SigningPrivateKey {
    return new SigningPrivateKey(scheme, copyOf(data, SIZES[scheme].privateKey, "signing private key"));
  }

  /** @throws {KeyError} `malformed`, `unsupported-scheme`. */
  static fromCbor(cbor: Cbor): SigningPrivateKey {
    const { scheme, data } = schemedOf(contentOf(cbor, TAG_SIGNING_PRIVATE_KEY), "privateKey");
    return new SigningPrivateKey(scheme, data);
  }

  static fromURString(text: string): SigningPrivateKey {
    return SigningPrivateKey.fromCbor(cborOfUR(text, TAG_SIGNING_PRIVATE_KEY));
  }

  get scheme(): SigningScheme {
    return this.#scheme;
  }

  get data(): Uint8Array {
    return this.#data;
  }

  /**
   * The public half; computed once.
   *
   * @throws {KeyError} `bad-key`: a secp256k1 scalar that is 0 or too large, bytes that are no key of ML-DSA.
   *   `not-loaded`: of an ML-DSA scheme, before `loadPostQuantum()`.
   */
  publicKey(): SigningPublicKey {
    this.#publicKey ??= SigningPublicKey.fromData(this.#publicKeyData(), this.#scheme);
    return this.#publicKey;
  }

  /** Signs the message as it is, of any length; ecdsa hashes it twice with SHA-256. @throws {KeyError} `bad-key`. */
  async sign(message: Uint8Array, options: SignOptions = {}): Promise<Signature> {
    return Signature.fromData(await this.#signatureData(message, options), this.#scheme);
  }

  cborTags(): Tag[] {
    return [TAG_SIGNING_PRIVATE_KEY];
  }

  untaggedCbor(): Cbor {
    return schemedCbor(this, "privateKey");
  }

  toString(): string {
    return `SigningPrivateKey(${this.shortReference()}, ${this.#shownKey()})`;
  }

  #publicKeyData(): Uint8Array {
    const scheme = this.#scheme;
    const publicKey = isMlDsa(scheme)
      ? loadedPostQuantum().signingPublicKey.bind(undefined, scheme)
      : { schnorr, ecdsa, ed25519 }[scheme].publicKey;
    try {
      return publicKey(this.#data);
    } catch {
      throw new KeyError("bad-key", "the private key is out of range");
    }
  }

  async #signatureData(message: Uint8Array, options: SignOptions): Promise<Uint8Array> {
    const auxRand = options.auxRand && copyOf(options.auxRand, AUX_RAND_SIZE, "auxiliary randomness");
    try {
      switch (this.#scheme) {
        case "schnorr": {
          const random = auxRand ?? randomBytes(AUX_RAND_SIZE);
          return await curves.secp256k1.schnorrSign(this.#data, message, random);
        }
        case "ecdsa":
          return await curves.secp256k1.ecdsaSign(this.#data, message);
        case "ed25519":
          return await curves.curve25519.ed25519Sign(this.#data, message);
        default:
          return (await loadPostQuantum()).sign(this.#scheme, this.#data, message);
      }
    } catch {
      throw new KeyError("bad-key", "the private key cannot sign");
    }
  }

  #shownKey(): string {
    switch (this.#scheme) {
      case "schnorr":
        return `SchnorrPrivateKey(${this.#ecReference()})`;
      case "ecdsa":
        return `ECDSAPrivateKey(${this.#ecReference()})`;
      case "ed25519":
        return `Ed25519PrivateKey(${shortHex(sha256(this.#data))})`;
      default:
        return `${this.#scheme.toUpperCase()}PrivateKey(${shortHex(sha256(this.untaggedCbor().toData()))})`;
    }
  }

  /** The reference hashes a secp256k1 key in the form of BCR-2020-008, for both of its schemes. */
  #ecReference(): string {
    const content = new Map<CborInput, CborInput>([
      [2, true],
      [3, this.#data],
    ]);
    return shortHex(sha256(taggedValue(TAG_EC_KEY, content).toData()));
  }
}
