import type { Cbor, Tag } from "#bc/dcbor";
import { TAG_DIGEST } from "#bc/tags";
import { sha256 } from "#sha256";
import { bytes32OfCbor, bytes32OfUR, copyOf32, TaggedBytes32 } from "./bytes32.ts";

/** SHA-256 of something: `40001(h'32 bytes')`, `ur:digest`. */
export class Digest extends TaggedBytes32 {
  /** The SHA-256 of `image`. */
  static fromImage(image: Uint8Array): Digest {
    return new Digest(sha256(image));
  }

  /** A digest computed elsewhere. @throws {KeyError} `malformed` unless there are 32 bytes. */
  static fromData(data: Uint8Array): Digest {
    return new Digest(copyOf32(data, "digest"));
  }

  static fromCbor(cbor: Cbor): Digest {
    return new Digest(bytes32OfCbor(cbor, TAG_DIGEST, "digest"));
  }

  static fromURString(text: string): Digest {
    return new Digest(bytes32OfUR(text, TAG_DIGEST, "digest"));
  }

  override get typeName(): "Digest" {
    return "Digest";
  }

  override cborTags(): [Tag] {
    return [TAG_DIGEST];
  }
}
