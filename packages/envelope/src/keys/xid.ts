import { bytesToHex, type Cbor, cbor, type Tag } from "#bc/dcbor";
import { TAG_XID } from "#bc/tags";
import { sha256 } from "#sha256";
import { equalBytes } from "./bytes.ts";
import type { SigningPublicKey } from "./signing-public-key.ts";
import { bytesOf, cborOfUR, contentOf, copyOf, Referenced, shortHex } from "./tagged.ts";

const SIZE = 32;

/**
 * Extensible identifier (BCR-2024-010): SHA-256 of the tagged signing public key, `40024(h'32 bytes')`, `ur:xid`.
 *
 * The scheme is part of what is hashed, so the same key bytes under another scheme have another XID; the
 * encapsulation key takes no part. A XID *document* shares the tag and the UR type; it is not read here.
 */
export class XID extends Referenced {
  readonly #data: Uint8Array;

  private constructor(data: Uint8Array) {
    super();
    this.#data = data;
  }

  /** The XID that begins with this key. */
  static fromSigningPublicKey(key: SigningPublicKey): XID {
    return new XID(sha256(key.toCbor().toData()));
  }

  /** 32 bytes. */
  static fromData(data: Uint8Array): XID {
    return new XID(copyOf(data, SIZE, "XID"));
  }

  static fromCbor(cbor: Cbor): XID {
    return new XID(bytesOf(contentOf(cbor, TAG_XID), SIZE, "XID"));
  }

  static fromURString(text: string): XID {
    return XID.fromCbor(cborOfUR(text, TAG_XID));
  }

  get data(): Uint8Array {
    return this.#data;
  }

  /** 64 lower-case hex digits. */
  hex(): string {
    return bytesToHex(this.#data);
  }

  /** Whether this XID began with `key`. */
  validates(key: SigningPublicKey): boolean {
    return this.equals(XID.fromSigningPublicKey(key));
  }

  override equals(other: XID): boolean {
    return equalBytes(this.#data, other.#data);
  }

  /** A XID is its own reference. */
  override reference(): Uint8Array {
    return this.#data;
  }

  cborTags(): Tag[] {
    return [TAG_XID];
  }

  untaggedCbor(): Cbor {
    return cbor(this.#data);
  }

  toString(): string {
    return `XID(${shortHex(this.#data)})`;
  }
}
