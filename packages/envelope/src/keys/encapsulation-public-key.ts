import type { Cbor, Tag } from "#bc/dcbor";
import { isSmallOrderX25519 } from "./curves/x25519-point.ts";
import {
  type EncapsulationScheme,
  encapsulationContent,
  encapsulationOf,
  encapsulationOfUR,
  encapsulationSize,
  encapsulationTag,
} from "./encapsulation-scheme.ts";
import { hasReducedCoefficients } from "./post-quantum/coefficients.ts";
import { copyOf, Referenced } from "./tagged.ts";

/**
 * A public key, to which messages are sealed: of X25519 (`40011(h'32 bytes')`, `ur:agreement-public-key`) or ML-KEM
 * (`40101([level, bytes])`, `ur:mlkem-public-key`).
 */
export class EncapsulationPublicKey extends Referenced {
  readonly #scheme: EncapsulationScheme;
  readonly #data: Uint8Array;

  private constructor(scheme: EncapsulationScheme, data: Uint8Array) {
    super();
    this.#scheme = scheme;
    this.#data = data;
  }

  /** 32 bytes, or 800, 1184, 1568 (mlkem512, mlkem768, mlkem1024). */
  static fromData(data: Uint8Array, scheme: EncapsulationScheme = "x25519"): EncapsulationPublicKey {
    const size = encapsulationSize(scheme, "publicKey");
    return new EncapsulationPublicKey(scheme, copyOf(data, size, "encapsulation public key"));
  }

  /** @throws {KeyError} `malformed`. */
  static fromCbor(cbor: Cbor): EncapsulationPublicKey {
    const { scheme, data } = encapsulationOf(cbor, "publicKey");
    return new EncapsulationPublicKey(scheme, data);
  }

  /** @throws {KeyError} `malformed`. */
  static fromURString(text: string): EncapsulationPublicKey {
    const { scheme, data } = encapsulationOfUR(text, "publicKey");
    return new EncapsulationPublicKey(scheme, data);
  }

  get scheme(): EncapsulationScheme {
    return this.#scheme;
  }

  get data(): Uint8Array {
    return this.#data;
  }

  /**
   * False for points of small order, all-zero among them: whatever is sealed to one, anybody can open. And for bytes that
   * are no key of ML-KEM.
   */
  isValid(): boolean {
    return this.#scheme === "x25519" ? !isSmallOrderX25519(this.#data) : hasReducedCoefficients(this.#data);
  }

  cborTags(): Tag[] {
    return [encapsulationTag(this.#scheme, "publicKey")];
  }

  untaggedCbor(): Cbor {
    return encapsulationContent(this);
  }

  toString(): string {
    const reference = this.shortReference();
    return `EncapsulationPublicKey(${reference}, ${this.#scheme.toUpperCase()}PublicKey(${reference}))`;
  }
}
