import { bytesToHex, type Cbor, cbor, type Tag } from "#bc/dcbor";
import { TAG_DIGEST } from "#bc/tags";
import { sha256 } from "#sha256";
import { compareBytes, equalBytes } from "./bytes.ts";
import { bytesOf, cborOfUR, contentOf, copyOf, Referenced, shortHex } from "./tagged.ts";

const SIZE = 32;

/** SHA-256 of something: `40001(h'32 bytes')`, `ur:digest`. */
export class Digest extends Referenced {
  readonly #data: Uint8Array;

  private constructor(data: Uint8Array) {
    super();
    this.#data = data;
  }

  /** The SHA-256 of `image`. */
  static fromImage(image: Uint8Array): Digest {
    return new Digest(sha256(image));
  }

  /** A digest computed elsewhere, 32 bytes. */
  static fromData(data: Uint8Array): Digest {
    return new Digest(copyOf(data, SIZE, "digest"));
  }

  static fromCbor(cbor: Cbor): Digest {
    return new Digest(bytesOf(contentOf(cbor, TAG_DIGEST), SIZE, "digest"));
  }

  static fromURString(text: string): Digest {
    return Digest.fromCbor(cborOfUR(text, TAG_DIGEST));
  }

  get data(): Uint8Array {
    return this.#data;
  }

  /** 64 lower-case hex digits. */
  hex(): string {
    return bytesToHex(this.#data);
  }

  override equals(other: Digest): boolean {
    return equalBytes(this.#data, other.#data);
  }

  /** Bytewise order: negative, zero or positive. */
  compare(other: Digest): number {
    return compareBytes(this.#data, other.#data);
  }

  /** A digest is its own reference. */
  override reference(): Uint8Array {
    return this.#data;
  }

  cborTags(): Tag[] {
    return [TAG_DIGEST];
  }

  untaggedCbor(): Cbor {
    return cbor(this.#data);
  }

  toString(): string {
    return `Digest(${shortHex(this.#data)})`;
  }
}
