/**
 * What is answered to nobody in particular, when nobody has looked into a request, or its sender could not be verified.
 *
 * Such an answer says nothing about the request, so each is signed once, however many there are in a flood.
 */
import type { Envelope } from "@bc/envelope";
import { type Identity, type Refusal, type RefusalCode, signEarlyFailure } from "@bc/share-protocol";

const signed = new WeakMap<Identity, Map<RefusalCode, Promise<Envelope>>>();

export function earlyFailure(identity: Identity, refusal: Refusal): Promise<Envelope> {
  const { code } = refusal;
  // Its text names the request.
  if (code === "internal") return signEarlyFailure(identity, refusal);
  const known = signed.get(identity) ?? new Map<RefusalCode, Promise<Envelope>>();
  const failure = known.get(code) ?? signEarlyFailure(identity, refusal);
  signed.set(identity, known.set(code, failure));
  return failure;
}
