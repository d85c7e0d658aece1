/**
 * Continuations: state that a party seals to itself and gets back with the next message.
 *
 * Spec: BCR-2023-014 (GSTP): `{ state } [ 'id': ARID, 'validUntil': date ]`, wrapped and encrypted.
 *
 * Trap: they are encrypted, not authenticated. Anyone who knows the public key can write one, so nothing in it is
 * to be believed that could not have been said in the request itself.
 */
import { TAG_DATE, taggedValue } from "#bc/dcbor";
import { type Envelope, VALID_UNTIL } from "#bc/envelope";
import type { EncapsulationPrivateKey, EncapsulationPublicKey } from "#bc/keys";

/** Seals `state` to its own writer. */
export async function sealContinuation(
  state: Envelope,
  validUntil: Date,
  publicKey: EncapsulationPublicKey,
): Promise<Envelope> {
  return state
    .wrap()
    .addAssertion(VALID_UNTIL, taggedValue(TAG_DATE, Math.ceil(validUntil.getTime() / 1000)))
    .encryptToRecipients([publicKey]);
}

/** The state, whoever wrote it. @throws {EnvelopeError} when it is not sealed to this key, or no continuation. */
export async function openContinuation(
  continuation: Envelope,
  privateKey: EncapsulationPrivateKey,
): Promise<Envelope> {
  return (await continuation.decryptToRecipient(privateKey, { strict: true })).tryUnwrap();
}
