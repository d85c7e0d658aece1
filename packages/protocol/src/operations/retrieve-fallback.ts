/** `retrieveFallback()` gives the contact, `text [ "validated": bool ]`, or null when there is none. */

import { Envelope, EnvelopeError, Expression } from "@bc/envelope";
import { asBoolean } from "#bc/dcbor";
import type { Operation } from "./operation.ts";

export type Fallback = { readonly contact: string; readonly validated: boolean };

const VALIDATED = "validated";

export const retrieveFallback: Operation<Readonly<Record<never, never>>, Fallback | null> = {
  encode: () => new Expression("retrieveFallback"),
  decode: () => ({}),
  encodeResult: (fallback) => {
    if (fallback === null) return Envelope.null();
    return Envelope.new(fallback.contact).addAssertion(VALIDATED, fallback.validated);
  },
  decodeResult: (envelope) => {
    if (envelope.isNull() && !envelope.hasAssertions()) return null;
    const contact = envelope.asText();
    const validated = envelope.objectForPredicate(VALIDATED).extractSubject(asBoolean);
    if (contact === undefined || validated === undefined)
      throw new EnvelopeError("wrong-type", "not a fallback");
    return { contact, validated };
  },
  secret: true,
};
