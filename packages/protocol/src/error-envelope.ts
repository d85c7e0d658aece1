/**
 * An error on the wire: `"text" [ "code": "rate-limited", "retryAfter": 2026-11-22T11:00:00Z ]`, or
 * `"text" [ "code": "damaged-share", "receipt": Receipt ]`. All but the code is optional.
 */
import { Envelope, EnvelopeError } from "@bc/envelope";
import { Receipt } from "./receipt.ts";
import { dateFromCbor, secondsToCbor } from "./seconds.ts";

export type ErrorContent = {
  /** For people. */
  readonly text: string;
  /** For programs; a newer server may send one that is not known here. */
  readonly code: string;
  /** From when on the same request, sent again, may get another answer. */
  readonly retryAfter?: Date | undefined;
  /** The one share that it is about. */
  readonly receipt?: Receipt | undefined;
};

export function encodeError({ text, code, retryAfter, receipt }: ErrorContent): Envelope {
  return Envelope.new(text)
    .addAssertion("code", code)
    .addOptionalAssertion("retryAfter", retryAfter && secondsToCbor(retryAfter))
    .addOptionalAssertion("receipt", receipt?.toEnvelope());
}

/** @throws {Error} for what is no error of a share server. */
export function decodeError(error: Envelope): ErrorContent {
  const [text, code] = [error.asText(), error.objectForPredicate("code").asText()];
  if (text === undefined || code === undefined) throw new EnvelopeError("wrong-type", "not an error");
  const retryAfter = error.optionalObjectForPredicate("retryAfter")?.extractSubject(dateFromCbor);
  const named = error.optionalObjectForPredicate("receipt");
  return { text, code, retryAfter, receipt: named && Receipt.fromEnvelope(named) };
}
