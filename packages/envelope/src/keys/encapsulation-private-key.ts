import { x25519 } from "#bc/crypto";
import type { Cbor, Tag } from "#bc/dcbor";
import { loadedPostQuantum } from "#post-quantum";
import { EncapsulationPublicKey } from "./encapsulation-public-key.ts";
import {
  type EncapsulationScheme,
  encapsulationContent,
  encapsulationOf,
  encapsulationOfUR,
  encapsulationSize,
  encapsulationTag,
} from "./encapsulation-scheme.ts";
import { isMlKem, ML_KEM } from "./post-quantum/parameter-sets.ts";
import { randomBytes } from "./random.ts";
import { copyOf, Referenced } from "./tagged.ts";

/** After the public half in a private key of ML-KEM: its hash, and a seed (FIPS 203, §6.1). */
const AFTER_PUBLIC_KEY = 64;

/**
 * A private key, which opens sealed messages: of X25519 (`40010(h'32 bytes')`, `ur:agreement-private-key`) or ML-KEM
 * (`40100([level, bytes])`, `ur:mlkem-private-key`).
 */
export class EncapsulationPrivateKey extends Referenced {
  readonly #scheme: EncapsulationScheme;
  readonly #data: Uint8Array;
  #publicKey: EncapsulationPublicKey | undefined;

  private constructor(scheme: EncapsulationScheme, data: Uint8Array) {
    super();
    this.#scheme = scheme;
    this.#data = data;
  }

  /** @throws {KeyError} `not-loaded`: of a scheme of ML-KEM, before `loadPostQuantum()`. */
  static generate(scheme: EncapsulationScheme = "x25519"): EncapsulationPrivateKey {
    const size = encapsulationSize(scheme, "privateKey");
    const data = isMlKem(scheme) ? loadedPostQuantum().encapsulationKey(scheme) : randomBytes(size);
    return new EncapsulationPrivateKey(scheme, data);
  }

  /** 32 bytes, any (they are clamped when used, RFC 7748). Of ML-KEM the expanded key: 1632, 2400 or 3168 bytes. */
  static fromData(data: Uint8Array, scheme: EncapsulationScheme = "x25519"): EncapsulationPrivateKey {
    const size = encapsulationSize(scheme, "privateKey");
    return new EncapsulationPrivateKey(scheme, copyOf(data, size, "encapsulation private key"));
  }

  /** @throws {KeyError} `malformed`. */
  static fromCbor(cbor: Cbor): EncapsulationPrivateKey {
    const { scheme, data } = encapsulationOf(cbor, "privateKey");
    return new EncapsulationPrivateKey(scheme, data);
  }

  /** @throws {KeyError} `malformed`. */
  static fromURString(text: string): EncapsulationPrivateKey {
    const { scheme, data } = encapsulationOfUR(text, "privateKey");
    return new EncapsulationPrivateKey(scheme, data);
  }

  get scheme(): EncapsulationScheme {
    return this.#scheme;
  }

  get data(): Uint8Array {
    return this.#data;
  }

  /** The public half; computed once. */
  publicKey(): EncapsulationPublicKey {
    this.#publicKey ??= EncapsulationPublicKey.fromData(this.#publicKeyData(), this.#scheme);
    return this.#publicKey;
  }

  cborTags(): Tag[] {
    return [encapsulationTag(this.#scheme, "privateKey")];
  }

  untaggedCbor(): Cbor {
    return encapsulationContent(this);
  }

  toString(): string {
    const reference = this.shortReference();
    return `EncapsulationPrivateKey(${reference}, ${this.#scheme.toUpperCase()}PrivateKey(${reference}))`;
  }

  #publicKeyData(): Uint8Array {
    if (!isMlKem(this.#scheme)) return x25519.publicKey(this.#data);
    const end = this.#data.length - AFTER_PUBLIC_KEY;
    return this.#data.subarray(end - ML_KEM[this.#scheme].publicKey, end);
  }
}
