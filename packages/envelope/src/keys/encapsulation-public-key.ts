import { type Cbor, cbor, hasTag, type Tag } from "#bc/dcbor";
import { TAG_MLKEM_PUBLIC_KEY, TAG_X25519_PUBLIC_KEY } from "#bc/tags";
import { isSmallOrderX25519 } from "./curves/x25519-point.ts";
import { KeyError } from "./key-error.ts";
import { bytesOf, cborOfUR, contentOf, copyOf, Referenced } from "./tagged.ts";

const SIZE = 32;

/** An X25519 public key (RFC 7748), to which messages are sealed: `40011(h'32 bytes')`, `ur:agreement-public-key`. */
export class EncapsulationPublicKey extends Referenced {
  readonly #data: Uint8Array;

  private constructor(data: Uint8Array) {
    super();
    this.#data = data;
  }

  /** 32 bytes. */
  static fromData(data: Uint8Array): EncapsulationPublicKey {
    return new EncapsulationPublicKey(copyOf(data, SIZE, "X25519 public key"));
  }

  /** @throws {KeyError} `malformed`, `unsupported-scheme`. */
  static fromCbor(cbor: Cbor): EncapsulationPublicKey {
    if (hasTag(cbor, TAG_MLKEM_PUBLIC_KEY.value))
      throw new KeyError("unsupported-scheme", "ML-KEM is not supported");
    const data = bytesOf(contentOf(cbor, TAG_X25519_PUBLIC_KEY), SIZE, "X25519 public key");
    return new EncapsulationPublicKey(data);
  }

  static fromURString(text: string): EncapsulationPublicKey {
    return EncapsulationPublicKey.fromCbor(cborOfUR(text, TAG_X25519_PUBLIC_KEY));
  }

  get data(): Uint8Array {
    return this.#data;
  }

  /** False for the points of small order, all-zero among them: whatever is sealed to one, anybody can open. */
  isValid(): boolean {
    return !isSmallOrderX25519(this.#data);
  }

  cborTags(): Tag[] {
    return [TAG_X25519_PUBLIC_KEY];
  }

  untaggedCbor(): Cbor {
    return cbor(this.#data);
  }

  toString(): string {
    const reference = this.shortReference();
    return `EncapsulationPublicKey(${reference}, X25519PublicKey(${reference}))`;
  }
}
