/**
 * Responses: `response(ARID) [ 'result': … ]` or `[ 'error': … ]`.
 *
 * Spec: BCR-2023-012. A failure before the request could be read has no ID: `response('Unknown')`.
 */
import { asUnsigned, type Cbor, expectTaggedContent, getTaggedContent, taggedValue } from "#bc/dcbor";
import { TAG_KNOWN_VALUE, TAG_RESPONSE } from "#bc/tags";
import { ARID } from "../keys/index.ts";
import { Envelope } from "./envelope.ts";
import { EnvelopeError } from "./error.ts";
import { ERROR, RESULT, UNKNOWN_VALUE } from "./known-values.ts";

export type ResponseOutcome =
  | { readonly ok: true; readonly result: Envelope }
  | { readonly ok: false; readonly error: Envelope };

export class Response {
  /** Undefined in an early failure. */
  readonly id: ARID | undefined;
  readonly outcome: ResponseOutcome;

  constructor(id: ARID | undefined, outcome: ResponseOutcome) {
    this.id = id;
    this.outcome = outcome;
  }

  toEnvelope(): Envelope {
    const id = this.id?.toCbor() ?? taggedValue(TAG_KNOWN_VALUE, UNKNOWN_VALUE.value);
    const subject = Envelope.new(taggedValue(TAG_RESPONSE, id));
    return this.outcome.ok
      ? subject.addAssertion(RESULT, this.outcome.result)
      : subject.addAssertion(ERROR, this.outcome.error);
  }

  /** @throws {EnvelopeError} `invalid-response` unless it has exactly one result or exactly one error. */
  static fromEnvelope(envelope: Envelope): Response {
    const id = envelope.extractSubject(readId);
    const [result, ...otherResults] = envelope.objectsForPredicate(RESULT);
    const [error, ...otherErrors] = envelope.objectsForPredicate(ERROR);
    if (otherResults.length === 0 && otherErrors.length === 0) {
      if (result !== undefined && error === undefined) return new Response(id, { ok: true, result });
      if (error !== undefined && result === undefined) return new Response(id, { ok: false, error });
    }
    throw new EnvelopeError("invalid-response", "a response has either a result or an error");
  }
}

function readId(value: Cbor): ARID | undefined {
  const content = expectTaggedContent(value, TAG_RESPONSE.value);
  const knownValue = getTaggedContent(content, TAG_KNOWN_VALUE.value);
  if (knownValue === undefined) return ARID.fromCbor(content);
  if (asUnsigned(knownValue) !== UNKNOWN_VALUE.value) throw new TypeError("neither an ID nor 'Unknown'");
  return undefined;
}
