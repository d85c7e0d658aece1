/**
 * Requests: `request(ARID) [ 'body': expression, 'note': text, 'date': date ]`.
 *
 * Spec: BCR-2023-012. A transport adds assertions of its own to the same node (`'sender'`, continuations);
 * this codec reads its own three and leaves the others to the transport.
 */
import { type Cbor, expectTaggedContent, taggedValue } from "#bc/dcbor";
import { TAG_REQUEST } from "#bc/tags";
import { ARID } from "../keys/index.ts";
import { dateFromCbor, dateToCbor } from "./date.ts";
import { Envelope } from "./envelope.ts";
import { EnvelopeError } from "./error.ts";
import { Expression } from "./expression.ts";
import { BODY, DATE, NOTE } from "./known-values.ts";

/** What a request says beside its body. */
export type RequestDetails = { readonly note?: string; readonly date?: Date };

export class Request {
  readonly id: ARID;
  readonly body: Expression;
  readonly note: string | undefined;
  readonly date: Date | undefined;

  constructor(id: ARID, body: Expression, details: RequestDetails = {}) {
    this.id = id;
    this.body = body;
    this.note = details.note;
    this.date = details.date;
  }

  toEnvelope(): Envelope {
    return Envelope.new(taggedValue(TAG_REQUEST, this.id.toCbor()))
      .addAssertion(BODY, this.body.toEnvelope())
      .addOptionalAssertion(NOTE, this.note === "" ? undefined : this.note)
      .addOptionalAssertion(DATE, this.date && dateToCbor(this.date));
  }

  /** @throws {EnvelopeError} `wrong-type`, `missing-predicate`, `ambiguous-predicate`. */
  static fromEnvelope(envelope: Envelope): Request {
    const id = leafIn(envelope.subject(), (value) => {
      return ARID.fromCbor(expectTaggedContent(value, TAG_REQUEST.value));
    });
    const body = Expression.fromEnvelope(envelope.objectForPredicate(BODY));
    const note = envelope.optionalObjectForPredicate(NOTE);
    const date = envelope.optionalObjectForPredicate(DATE);
    return new Request(id, body, {
      ...(note && { note: textIn(note) }),
      ...(date && { date: leafIn(date, dateFromCbor) }),
    });
  }
}

function leafIn<T>(envelope: Envelope, decode: (value: Cbor) => T): T {
  if (!envelope.isLeaf()) throw new EnvelopeError("wrong-type", "a plain leaf is needed here");
  return envelope.extractSubject(decode);
}

function textIn(envelope: Envelope): string {
  const text = envelope.isLeaf() ? envelope.asText() : undefined;
  if (text === undefined) throw new EnvelopeError("wrong-type", "a text is needed here");
  return text;
}
