import { type Cbor, cbor, getTaggedContent, type Tag } from "#bc/dcbor";
import { parseShare, type SskrShare, shareBytes } from "#bc/sskr";
import { TAG_SSKR_SHARE } from "#bc/tags";
import { KeyError } from "./key-error.ts";
import { cborOfUR, contentOf, Tagged, wholeBytesOf } from "./tagged.ts";

/** The tag of the first version of the format. Old shares have it; it is read, and never written. */
const FIRST_TAG = 309;

/**
 * One share of a secret that SSKR split (BCR-2020-011): `40309(bytes)`, `ur:sskr`.
 *
 * Five bytes say to which split it belongs, how many groups and members it takes, and which one it is; the rest is the
 * share itself. Whoever holds enough of them has the secret.
 */
export class SSKRShare extends Tagged {
  /** The share with its fields, as the SSKR package takes it. */
  readonly parsed: SskrShare;

  private constructor(parsed: SskrShare) {
    super();
    this.parsed = parsed;
  }

  static fromParsed(parsed: SskrShare): SSKRShare {
    return new SSKRShare(parsed);
  }

  /** @throws {KeyError} `malformed` for what is no share: too short, too long, or with fields that can't be. */
  static fromData(data: Uint8Array): SSKRShare {
    try {
      return new SSKRShare(parseShare(data));
    } catch (cause) {
      throw new KeyError("malformed", "not an SSKR share", { cause });
    }
  }

  static fromCbor(value: Cbor): SSKRShare {
    const content = getTaggedContent(value, FIRST_TAG) ?? contentOf(value, TAG_SSKR_SHARE);
    return SSKRShare.fromData(wholeBytesOf(content, "SSKR share"));
  }

  static fromURString(text: string): SSKRShare {
    return SSKRShare.fromCbor(cborOfUR(text, TAG_SSKR_SHARE));
  }

  get data(): Uint8Array {
    return shareBytes(this.parsed);
  }

  override cborTags(): Tag[] {
    return [TAG_SSKR_SHARE];
  }

  override untaggedCbor(): Cbor {
    return cbor(this.data);
  }

  override toString(): string {
    return "SSKRShare";
  }
}
