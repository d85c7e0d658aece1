import { type Cbor, cbor, type Tag } from "#bc/dcbor";
import { TAG_PRIVATE_KEYS } from "#bc/tags";
import { EncapsulationPrivateKey } from "./encapsulation-private-key.ts";
import type { EncapsulationScheme } from "./encapsulation-scheme.ts";
import { KeyError } from "./key-error.ts";
import { PublicKeys } from "./public-keys.ts";
import { SigningPrivateKey } from "./signing-private-key.ts";
import type { SigningScheme } from "./signing-scheme.ts";
import { cborOfUR, contentOf, elementsOf, Referenced } from "./tagged.ts";

/**
 * The private half of a key pair of both kinds: `40013([signing, encapsulation])`, `ur:crypto-prvkeys`.
 * Printing it shows hashes, never a key.
 */
export class PrivateKeys extends Referenced {
  readonly #signing: SigningPrivateKey;
  readonly #encapsulation: EncapsulationPrivateKey;

  constructor(signing: SigningPrivateKey, encapsulation: EncapsulationPrivateKey) {
    super();
    this.#signing = signing;
    this.#encapsulation = encapsulation;
  }

  /**
   * Two independent random keys.
   *
   * @throws {KeyError} `not-loaded`: of ML-DSA or ML-KEM, before `loadPostQuantum()`.
   */
  static generate(
    signing: SigningScheme = "schnorr",
    encapsulation: EncapsulationScheme = "x25519",
  ): PrivateKeys {
    return new PrivateKeys(
      SigningPrivateKey.generate(signing),
      EncapsulationPrivateKey.generate(encapsulation),
    );
  }

  /** @throws {KeyError} `malformed`, `unsupported-scheme`. */
  static fromCbor(cbor: Cbor): PrivateKeys {
    const [signing, encapsulation] = elementsOf(contentOf(cbor, TAG_PRIVATE_KEYS), 2, 2, "private keys");
    if (signing === undefined || encapsulation === undefined)
      throw new KeyError("malformed", "private keys have two elements");
    return new PrivateKeys(
      SigningPrivateKey.fromCbor(signing),
      EncapsulationPrivateKey.fromCbor(encapsulation),
    );
  }

  static fromURString(text: string): PrivateKeys {
    return PrivateKeys.fromCbor(cborOfUR(text, TAG_PRIVATE_KEYS));
  }

  get signing(): SigningPrivateKey {
    return this.#signing;
  }

  get encapsulation(): EncapsulationPrivateKey {
    return this.#encapsulation;
  }

  /** @throws {KeyError} as {@link SigningPrivateKey.publicKey}. */
  publicKeys(): PublicKeys {
    return new PublicKeys(this.#signing.publicKey(), this.#encapsulation.publicKey());
  }

  cborTags(): Tag[] {
    return [TAG_PRIVATE_KEYS];
  }

  untaggedCbor(): Cbor {
    return cbor([this.#signing.toCbor(), this.#encapsulation.toCbor()]);
  }

  toString(): string {
    return `PrivateKeys(${this.shortReference()}, ${this.#signing}, ${this.#encapsulation})`;
  }
}
