import { x25519 } from "#bc/crypto";
import { type Cbor, cbor, hasTag, type Tag } from "#bc/dcbor";
import { TAG_MLKEM_PRIVATE_KEY, TAG_X25519_PRIVATE_KEY } from "#bc/tags";
import { EncapsulationPublicKey } from "./encapsulation-public-key.ts";
import { KeyError } from "./key-error.ts";
import { randomBytes } from "./random.ts";
import { bytesOf, cborOfUR, contentOf, copyOf, Referenced } from "./tagged.ts";

const SIZE = 32;

/** An X25519 private key, which opens sealed messages: `40010(h'32 bytes')`, `ur:agreement-private-key`. */
export class EncapsulationPrivateKey extends Referenced {
  readonly #data: Uint8Array;
  #publicKey: EncapsulationPublicKey | undefined;

  private constructor(data: Uint8Array) {
    super();
    this.#data = data;
  }

  static generate(): EncapsulationPrivateKey {
    return new EncapsulationPrivateKey(randomBytes(SIZE));
  }

  /** 32 bytes, any (they are clamped when used, RFC 7748). */
  static fromData(data: Uint8Array): EncapsulationPrivateKey {
    return new EncapsulationPrivateKey(copyOf(data, SIZE, "X25519 private key"));
  }

  /** @throws {KeyError} `malformed`, `unsupported-scheme`. */
  static fromCbor(cbor: Cbor): EncapsulationPrivateKey {
    if (hasTag(cbor, TAG_MLKEM_PRIVATE_KEY.value))
      throw new KeyError("unsupported-scheme", "ML-KEM is not supported");
    const data = bytesOf(contentOf(cbor, TAG_X25519_PRIVATE_KEY), SIZE, "X25519 private key");
    return new EncapsulationPrivateKey(data);
  }

  static fromURString(text: string): EncapsulationPrivateKey {
    return EncapsulationPrivateKey.fromCbor(cborOfUR(text, TAG_X25519_PRIVATE_KEY));
  }

  get data(): Uint8Array {
    return this.#data;
  }

  /** The public half; computed once. */
  publicKey(): EncapsulationPublicKey {
    this.#publicKey ??= EncapsulationPublicKey.fromData(x25519.publicKey(this.#data));
    return this.#publicKey;
  }

  cborTags(): Tag[] {
    return [TAG_X25519_PRIVATE_KEY];
  }

  untaggedCbor(): Cbor {
    return cbor(this.#data);
  }

  toString(): string {
    const reference = this.shortReference();
    return `EncapsulationPrivateKey(${reference}, X25519PrivateKey(${reference}))`;
  }
}
