import { bytesToHex, type Cbor, cbor, type Tag } from "#bc/dcbor";
import { TAG_ARID } from "#bc/tags";
import { equalBytes } from "./bytes.ts";
import { randomBytes } from "./random.ts";
import { bytesOf, cborOfUR, contentOf, copyOf, Referenced, shortHex } from "./tagged.ts";

const SIZE = 32;

/** Apparently random identifier (BCR-2022-002): `40012(h'32 bytes')`, `ur:arid`. */
export class ARID extends Referenced {
  readonly #data: Uint8Array;

  private constructor(data: Uint8Array) {
    super();
    this.#data = data;
  }

  static generate(): ARID {
    return new ARID(randomBytes(SIZE));
  }

  /** 32 bytes. */
  static fromData(data: Uint8Array): ARID {
    return new ARID(copyOf(data, SIZE, "ARID"));
  }

  static fromCbor(cbor: Cbor): ARID {
    return new ARID(bytesOf(contentOf(cbor, TAG_ARID), SIZE, "ARID"));
  }

  static fromURString(text: string): ARID {
    return ARID.fromCbor(cborOfUR(text, TAG_ARID));
  }

  get data(): Uint8Array {
    return this.#data;
  }

  /** 64 lower-case hex digits. */
  hex(): string {
    return bytesToHex(this.#data);
  }

  override equals(other: ARID): boolean {
    return equalBytes(this.#data, other.#data);
  }

  /** An ARID is its own reference. */
  override reference(): Uint8Array {
    return this.#data;
  }

  cborTags(): Tag[] {
    return [TAG_ARID];
  }

  untaggedCbor(): Cbor {
    return cbor(this.#data);
  }

  toString(): string {
    return `ARID(${shortHex(this.#data)})`;
  }
}
