/**
 * Continuations: state that a party seals to itself and gets back with the next message.
 *
 * Spec: BCR-2023-014 (GSTP): `{ state } [ 'id': ARID, 'validUntil': date ]`, wrapped and encrypted.
 *
 * Trap: they are encrypted, not authenticated. Anyone who knows the public key can write one, so its reader
 * believes of it only what could as well stand in the request itself.
 */

import type { EncapsulationPrivateKey, EncapsulationPublicKey } from "@bc/envelope";
import { type Envelope, RECIPIENT_CONTINUATION, SENDER_CONTINUATION, VALID_UNTIL } from "@bc/envelope";
import { REQUEST_LIMITS } from "./request-limits.ts";
import { dateFromCbor, secondsToCbor } from "./seconds.ts";

export type Continuation = { readonly state: Envelope; readonly validUntil: Date };

/** Whether the assertion gives a continuation, the sender's own or one that comes back. */
export function isContinuation(assertion: Envelope): boolean {
  const predicate = assertion.asPredicate();
  return [SENDER_CONTINUATION, RECIPIENT_CONTINUATION].some((known) => predicate?.isKnownValue(known));
}

/** Seals `state` to its own writer. */
export async function sealContinuation(
  state: Envelope,
  validUntil: Date,
  publicKey: EncapsulationPublicKey,
): Promise<Envelope> {
  return continuationEnvelope({ state, validUntil }).encryptToRecipients([publicKey]);
}

/** What is sealed. */
export function continuationEnvelope({ state, validUntil }: Continuation): Envelope {
  return state.wrap().addAssertion(VALID_UNTIL, secondsToCbor(validUntil));
}

/**
 * The state, whoever wrote it, and until when it may be used.
 *
 * @throws {EnvelopeError} when it is not sealed to this key, or no continuation with a date.
 */
export async function openContinuation(
  continuation: Envelope,
  privateKey: EncapsulationPrivateKey,
): Promise<Continuation> {
  const opened = await continuation.decryptToRecipient(privateKey, { strict: true, limits: REQUEST_LIMITS });
  return {
    state: opened.tryUnwrap(),
    validUntil: opened.objectForPredicate(VALID_UNTIL).extractSubject(dateFromCbor),
  };
}
