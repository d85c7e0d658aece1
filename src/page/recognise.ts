/** What a message is, as far as the page can tell without keys. */
import { Envelope, HAS_RECIPIENT, Request, Response } from "@bc/envelope";
import type { UR } from "#bc/ur";

/** A request that may be sent. */
export type Scanned =
  | { readonly kind: "sealed"; readonly envelope: Envelope; readonly bytes: number }
  | {
      readonly kind: "request";
      readonly envelope: Envelope;
      readonly bytes: number;
      /** The function, as the request names it. */
      readonly name: string;
      readonly date: Date | undefined;
    };

export type Recognised =
  | Scanned
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
  const request = requestIn(content);
  if (request !== undefined) {
    return { kind: "request", envelope, bytes, name: String(request.body.function), date: request.date };
  }
  return { kind: isResponse(content) ? "answer" : "envelope" };
}

function requestIn(envelope: Envelope): Request | undefined {
  try {
    return Request.fromEnvelope(envelope);
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
