import type { Cbor, Tag } from "#bc/dcbor";
import { TAG_ARID } from "#bc/tags";
import { bytes32OfCbor, bytes32OfUR, copyOf32, TaggedBytes32 } from "./bytes32.ts";
import { randomBytes } from "./random.ts";

/** Apparently random identifier (BCR-2022-002): `40012(h'32 bytes')`, `ur:arid`. */
export class ARID extends TaggedBytes32 {
  static generate(): ARID {
    return new ARID(randomBytes(32));
  }

  /** @throws {KeyError} `malformed` unless there are 32 bytes. */
  static fromData(data: Uint8Array): ARID {
    return new ARID(copyOf32(data, "ARID"));
  }

  static fromCbor(cbor: Cbor): ARID {
    return new ARID(bytes32OfCbor(cbor, TAG_ARID, "ARID"));
  }

  static fromURString(text: string): ARID {
    return new ARID(bytes32OfUR(text, TAG_ARID, "ARID"));
  }

  override get typeName(): "ARID" {
    return "ARID";
  }

  override cborTags(): [Tag] {
    return [TAG_ARID];
  }
}
