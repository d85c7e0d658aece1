/**
 * Content keys under passphrases: `ENCRYPTED [ 'hasSecret': EncryptedKey … ]`.
 *
 * Spec: the reference's `lock_subject` and `unlock_subject`. Several secrets may each open the same envelope.
 *
 * Functions and no methods of `Envelope`: whoever locks nothing need not carry three password hashes to a browser.
 *
 * Trap: the assertions are not covered by the key. Anyone can add, drop or replace one.
 */
import { EncryptedKey, type LockOptions, type SymmetricKey } from "../keys/index.ts";
import type { Envelope } from "./envelope.ts";
import { EnvelopeError } from "./error.ts";
import { HAS_SECRET } from "./known-values.ts";

/** A derivation takes a good part of a second, so strangers' envelopes get no more than these. */
const MAX_SECRETS = 4;

/**
 * Encrypts the subject with a content key, and puts that under a secret.
 *
 * @param secret a passphrase in UTF-8.
 * @throws {EnvelopeError} `obscured` for a subject that is elided or encrypted already.
 */
export function lockSubject(
  envelope: Envelope,
  contentKey: SymmetricKey,
  secret: Uint8Array,
  options?: LockOptions,
): Envelope {
  return envelope
    .encryptSubject(contentKey)
    .addAssertion(HAS_SECRET, EncryptedKey.lock(contentKey, secret, options));
}

/**
 * The content key that a secret opens; `decryptSubject` takes it.
 *
 * @throws {EnvelopeError} `unknown-secret` when none of the first four `'hasSecret'` opens with it.
 */
export function contentKeyFor(envelope: Envelope, secret: Uint8Array): SymmetricKey {
  const locks = envelope.objectsForPredicate(HAS_SECRET).filter((object) => !object.isObscured());
  for (const object of locks.slice(0, MAX_SECRETS)) {
    try {
      return object.extractSubject((value) => EncryptedKey.fromCbor(value)).unlock(secret);
    } catch {
      // It is another secret's, or of a kind that is not known here.
    }
  }
  throw new EnvelopeError("unknown-secret", "no key in the envelope opens with this secret");
}
