/**
 * Errors as the reference depository tells them: `<last of the ID>: «function» text`.
 *
 * The reference's clients know errors by their texts, so an error code has the reference's text where there is one.
 */
import { Request } from "@bc/envelope";
import type { OpenedRequest } from "@bc/share-protocol";
import { isDepositoryName, Refusal } from "@bc/share-protocol";

const ID_LETTERS = 8;

/** The same refusal, in the reference's words if one of its functions was called. */
export function asDepositoryError({ id, request }: OpenedRequest, refusal: Refusal): Refusal {
  const name = functionOf(request);
  if (!isDepositoryName(name)) return refusal;
  const text = `<${id.urString().slice(-ID_LETTERS)}>: «${name}» ${refusal.message}`;
  const { retryAfter, receipt } = refusal;
  return new Refusal(refusal.code, text, { cause: refusal, retryAfter, receipt });
}

/** Undefined where the envelope is no request; that is then the reason for the refusal. */
function functionOf(request: OpenedRequest["request"]): unknown {
  try {
    return Request.fromEnvelope(request).body.function;
  } catch {
    return undefined;
  }
}
