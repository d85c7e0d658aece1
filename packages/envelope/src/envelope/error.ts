/** What can go wrong with an envelope; the message says more, for people. */
export type EnvelopeErrorCode =
  /** The bytes are no envelope: not dCBOR, an unknown tag, a wrong shape, order or size. */
  | "malformed"
  /** A JavaScript value has no CBOR form. */
  | "not-encodable"
  /** Nested deeper than {@link ReadLimits.nesting}. */
  | "too-deep"
  /** More items, assertions, text or combining marks than {@link ReadLimits} allow. */
  | "too-complex"
  /** The case at hand is not the one that the operation needs. */
  | "wrong-case"
  | "missing-predicate"
  | "ambiguous-predicate"
  | "wrong-type"
  /** Elided, encrypted or compressed where content is needed, or obscured twice. */
  | "obscured"
  | "digest-mismatch"
  | "unknown-recipient"
  /** No `'hasSecret'` of the envelope opens with the secret. */
  | "unknown-secret"
  | "decryption-failed"
  /** No signature verifies, or its metadata is not signed by the same key. */
  | "bad-signature"
  /** No quorum among the shares, or none that opens what they came with. */
  | "invalid-shares"
  | "invalid-response";

/** The one error of the envelope package. Its text never holds content, only shapes. */
export class EnvelopeError extends Error {
  override readonly name = "EnvelopeError";
  readonly code: EnvelopeErrorCode;

  constructor(code: EnvelopeErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
