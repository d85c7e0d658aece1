import type { Cbor, Tag } from "#bc/dcbor";
import { TAG_XID } from "#bc/tags";
import { sha256 } from "#sha256";
import { bytes32OfCbor, bytes32OfUR, copyOf32, TaggedBytes32 } from "./bytes32.ts";
import type { SigningPublicKey } from "./signing-public-key.ts";

/**
 * Extensible identifier (BCR-2024-010): SHA-256 of the tagged signing public key, `40024(h'32 bytes')`, `ur:xid`.
 *
 * The scheme is part of what is hashed, so the same key bytes under another scheme have another XID; the
 * encapsulation key takes no part. A XID *document* shares the tag and the UR type; it is not read here.
 */
export class XID extends TaggedBytes32 {
  /** The XID that begins with this key. */
  static fromSigningPublicKey(key: SigningPublicKey): XID {
    return new XID(sha256(key.toCbor().toData()));
  }

  /** @throws {KeyError} `malformed` unless there are 32 bytes. */
  static fromData(data: Uint8Array): XID {
    return new XID(copyOf32(data, "XID"));
  }

  static fromCbor(cbor: Cbor): XID {
    return new XID(bytes32OfCbor(cbor, TAG_XID, "XID"));
  }

  static fromURString(text: string): XID {
    return new XID(bytes32OfUR(text, TAG_XID, "XID"));
  }

  override get typeName(): "XID" {
    return "XID";
  }

  override cborTags(): [Tag] {
    return [TAG_XID];
  }

  /** Whether this XID began with `key`. */
  validates(key: SigningPublicKey): boolean {
    return XID.fromSigningPublicKey(key).equals(this);
  }
}
