import { deriveAgreementPrivateKey, deriveSigningPrivateKey } from "#bc/crypto";
import { asBytes, type Cbor, cbor, type Tag } from "#bc/dcbor";
import { TAG_PRIVATE_KEY_BASE } from "#bc/tags";
import { EncapsulationPrivateKey } from "./encapsulation-private-key.ts";
import { KeyError } from "./key-error.ts";
import { PrivateKeys } from "./private-keys.ts";
import { randomBytes } from "./random.ts";
import { SigningPrivateKey } from "./signing-private-key.ts";
import type { CurveScheme } from "./signing-scheme.ts";
import { cborOfUR, contentOf, Referenced } from "./tagged.ts";

const GENERATED_SIZE = 32;

/**
 * Key material from which private keys are derived: `40016(h'any length')`, `ur:crypto-prvkey-base`.
 *
 * Signing key = HKDF-SHA-256(material, salt "signing"), the same 32 bytes for every scheme; encapsulation key =
 * HKDF-SHA-256(material, salt "agreement").
 */
export class PrivateKeyBase extends Referenced {
  readonly #data: Uint8Array;

  private constructor(data: Uint8Array) {
    super();
    this.#data = data;
  }

  /** 32 random bytes of material. */
  static generate(): PrivateKeyBase {
    return new PrivateKeyBase(randomBytes(GENERATED_SIZE));
  }

  /** Any length but none; the keys are as strong as the material. @throws {KeyError} `bad-key` when it is empty. */
  static fromData(data: Uint8Array): PrivateKeyBase {
    if (data.length === 0) throw new KeyError("bad-key", "no key material");
    return new PrivateKeyBase(data.slice());
  }

  /** @throws {KeyError} `malformed`, `bad-key`. */
  static fromCbor(cbor: Cbor): PrivateKeyBase {
    const data = asBytes(contentOf(cbor, TAG_PRIVATE_KEY_BASE));
    if (data === undefined) throw new KeyError("malformed", "private key base must be a byte string");
    return PrivateKeyBase.fromData(data);
  }

  static fromURString(text: string): PrivateKeyBase {
    return PrivateKeyBase.fromCbor(cborOfUR(text, TAG_PRIVATE_KEY_BASE));
  }

  get data(): Uint8Array {
    return this.#data;
  }

  /** Keys of ML-DSA and ML-KEM are not derived: no paper says how. */
  privateKeys(scheme: CurveScheme = "schnorr"): PrivateKeys {
    return new PrivateKeys(
      SigningPrivateKey.fromData(deriveSigningPrivateKey(this.#data), scheme),
      EncapsulationPrivateKey.fromData(deriveAgreementPrivateKey(this.#data)),
    );
  }

  cborTags(): Tag[] {
    return [TAG_PRIVATE_KEY_BASE];
  }

  untaggedCbor(): Cbor {
    return cbor(this.#data);
  }

  toString(): string {
    return `PrivateKeyBase(${this.shortReference()})`;
  }
}
