/** An error on the wire: `"text" [ "code": "rate-limited", "retryAfter": 2026-11-22T11:00:00Z ]`, the last one optional. */
import { Envelope, EnvelopeError } from "@bc/envelope";
import { dateFromCbor, secondsToCbor } from "./seconds.ts";

export type ErrorContent = {
  /** For people. */
  readonly text: string;
  /** For programs; a newer server may send one that is not known here. */
  readonly code: string;
  /** From when on the same request, sent again, may get another answer. */
  readonly retryAfter?: Date | undefined;
};

export function encodeError({ text, code, retryAfter }: ErrorContent): Envelope {
  return Envelope.new(text)
    .addAssertion("code", code)
    .addOptionalAssertion("retryAfter", retryAfter && secondsToCbor(retryAfter));
}

/** @throws {Error} for what is no error of a share server. */
export function decodeError(error: Envelope): ErrorContent {
  const [text, code] = [error.asText(), error.objectForPredicate("code").asText()];
  if (text === undefined || code === undefined) throw new EnvelopeError("wrong-type", "not an error");
  const retryAfter = error.optionalObjectForPredicate("retryAfter")?.extractSubject(dateFromCbor);
  return { text, code, retryAfter };
}
