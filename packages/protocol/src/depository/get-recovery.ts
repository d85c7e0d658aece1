/** `getRecovery()`: as `retrieveFallback`, a bare text or null. */
import { Envelope, EnvelopeError, Expression } from "@bc/envelope";
import type { Operation } from "../operations/operation.ts";

export const getRecovery: Operation<Readonly<Record<never, never>>, string | null> = {
  encode: () => new Expression("getRecovery"),
  decode: () => ({}),
  encodeResult: (recoveryMethod) => Envelope.new(recoveryMethod),
  decodeResult: (envelope) => {
    if (envelope.isNull()) return null;
    const text = envelope.asText();
    if (text === undefined) throw new EnvelopeError("wrong-type", "neither a text nor null");
    return text;
  },
  secret: true,
};
