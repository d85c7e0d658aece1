/** What a message is, as far as the page can tell without keys. */
import { Envelope, HAS_RECIPIENT, Request, Response } from "@bc/envelope";
import type { UR } from "#bc/ur";

export type Recognised =
  | { readonly kind: "sealed"; readonly envelope: Envelope; readonly bytes: number }
  | {
      readonly kind: "request";
      readonly envelope: Envelope;
      readonly bytes: number;
      /** The function, as the request names it. */
      readonly name: string;
    }
  /** Not a request. */
  | { readonly kind: "answer" | "envelope" | "malformed" };

/** @param ur of the type `envelope`. */
export function recognise(ur: UR): Recognised {
  let envelope: Envelope;
  try {
    envelope = Envelope.fromURString(ur.toString(), { strict: true });
  } catch {
    return { kind: "malformed" };
  }
  const bytes = envelope.cborData().length;
  if (envelope.subject().isEncrypted()) {
    const isSealed = envelope.objectsForPredicate(HAS_RECIPIENT).length > 0;
    return isSealed ? { kind: "sealed", envelope, bytes } : { kind: "envelope" };
  }
  const content = envelope.subject().isWrapped() ? envelope.subject().tryUnwrap() : envelope;
  const name = requestedFunction(content);
  if (name !== undefined) return { kind: "request", envelope, bytes, name };
  return { kind: isResponse(content) ? "answer" : "envelope" };
}

function requestedFunction(envelope: Envelope): string | undefined {
  try {
    return String(Request.fromEnvelope(envelope).body.function);
  } catch {
    return undefined;
  }
}

function isResponse(envelope: Envelope): boolean {
  try {
    Response.fromEnvelope(envelope);
    return true;
  } catch {
    return false;
  }
}
