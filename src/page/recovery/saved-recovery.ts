/**
 * A recovery that is under way, for a file: an envelope whose subject, the profile as JSON, is encrypted under a passphrase
 * by `'hasSecret'`. It holds the keys, so it is worth as much as the accounts.
 */
import { contentKeyFor, Envelope, EnvelopeError, HAS_SECRET, lockSubject, SymmetricKey } from "@bc/envelope";
import type { Profile } from "@bc/share-client";

/** `not-a-recovery`: what opened is something else. */
export type SavedRecoveryFault = "wrong-passphrase" | "not-a-recovery";

/** Encrypts anew each time. Takes a good part of a second. */
export function lockRecovery(profile: Profile, passphrase: string): Envelope {
  return lockSubject(Envelope.new(JSON.stringify(profile)), SymmetricKey.generate(), bytesOf(passphrase));
}

/** Whether an envelope may be a saved recovery: something under a passphrase. */
export function isLocked(envelope: Envelope): boolean {
  return envelope.subject().isEncrypted() && envelope.objectsForPredicate(HAS_SECRET).length > 0;
}

/** @returns the profile, or why there is none. Takes a good part of a second. */
export function unlockRecovery(envelope: Envelope, passphrase: string): Profile | SavedRecoveryFault {
  try {
    const subject = envelope.decryptSubject(contentKeyFor(envelope, bytesOf(passphrase))).subject();
    return profileIn(subject.asText() ?? "") ?? "not-a-recovery";
  } catch (error) {
    if (error instanceof EnvelopeError) return "wrong-passphrase";
    throw error;
  }
}

function profileIn(text: string): Profile | undefined {
  try {
    const read: Profile = JSON.parse(text);
    const isRecovery = Array.isArray(read.accounts) && Array.isArray(read.recovery?.places);
    return isRecovery ? read : undefined;
  } catch {
    return undefined;
  }
}

/** As people see it: the same letters have the same bytes, however a keyboard composes them. */
function bytesOf(passphrase: string): Uint8Array {
  return new TextEncoder().encode(passphrase.normalize("NFC"));
}
