/**
 * Known values: registered integers that stand for a concept, and take a byte or three in an envelope.
 *
 * Registry: BCR-2023-002 and the Blockchain Commons known-value assignments. Here are those that the code uses; all names
 * are known to `notation`.
 */
export class KnownValue {
  readonly value: number | bigint;
  readonly name: string | undefined;

  constructor(value: number | bigint, name?: string) {
    this.value = value;
    this.name = name;
  }
}

export const IS_A = new KnownValue(1, "isA");
export const ID = new KnownValue(2, "id");
export const SIGNED = new KnownValue(3, "signed");
export const NOTE = new KnownValue(4, "note");
export const HAS_RECIPIENT = new KnownValue(5, "hasRecipient");
export const SSKR_SHARE = new KnownValue(6, "sskrShare");
export const KEY = new KnownValue(8, "key");
export const DEREFERENCE_VIA = new KnownValue(9, "dereferenceVia");
export const SALT = new KnownValue(15, "salt");
export const DATE = new KnownValue(16, "date");
export const UNKNOWN_VALUE = new KnownValue(17, "Unknown");
export const HAS_SECRET = new KnownValue(19, "hasSecret");
export const VALID_UNTIL = new KnownValue(22, "validUntil");
export const ALLOW = new KnownValue(60, "allow");
export const PROVENANCE = new KnownValue(64, "provenance");
export const PRIVATE_KEY = new KnownValue(65, "privateKey");
export const PROVENANCE_GENERATOR = new KnownValue(68, "provenanceGenerator");
export const ALLOW_ALL = new KnownValue(70, "All");
export const BODY = new KnownValue(100, "body");
export const RESULT = new KnownValue(101, "result");
export const ERROR = new KnownValue(102, "error");
export const OK_VALUE = new KnownValue(103, "OK");
export const PROCESSING_VALUE = new KnownValue(104, "Processing");
export const SENDER = new KnownValue(105, "sender");
export const SENDER_CONTINUATION = new KnownValue(106, "senderContinuation");
export const RECIPIENT_CONTINUATION = new KnownValue(107, "recipientContinuation");
export const CONTENT = new KnownValue(108, "content");
