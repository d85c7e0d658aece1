/**
 * Errors as the reference depository tells them: `<last of the ID>: «function» text`.
 *
 * Its clients know errors by their texts, so the texts of the codes are the reference's where it has one.
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
  return new Refusal(refusal.code, text, { cause: refusal, retryAfter: refusal.retryAfter });
}

/** Undefined for what is no request, which is then why it was refused. */
function functionOf(request: OpenedRequest["request"]): unknown {
  try {
    return Request.fromEnvelope(request).body.function;
  } catch {
    return undefined;
  }
}
