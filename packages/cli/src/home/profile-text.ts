/**
 * A profile as text: JSON, or under a passphrase `ur:envelope/…`.
 *
 *     ENCRYPTED [ 'hasSecret': EncryptedKey(Argon2id) ]
 *
 * The subject is the JSON, as a text. So the reference's `envelope decrypt --password …` opens it as well.
 *
 * The content key stays until the passphrase changes: deriving a key takes a good part of a second, and each change of the
 * profile writes it anew.
 */
import { contentKeyFor, Envelope, EnvelopeError, lockSubject, SymmetricKey } from "@bc/envelope";
import type { Profile } from "@bc/share-client";
import { Failure } from "../failure.ts";

/** What an encrypted profile is written with. */
export type Lock = {
  readonly contentKey: SymmetricKey;
  /** `'hasSecret': …`, by which the passphrase gives the content key. */
  readonly assertions: readonly Envelope[];
};

/** Bytes: what ten thousand shares with their audits take. */
const LIMITS = { text: 512 * 1024 * 1024 };

export function isEncrypted(text: string): boolean {
  return /^ur:envelope\//i.test(text);
}

/** A new content key under a passphrase. */
export function newLock(passphrase: string): Lock {
  const contentKey = SymmetricKey.generate();
  const locked = lockSubject(Envelope.null(), contentKey, bytesOf(passphrase));
  return { contentKey, assertions: locked.assertions() };
}

/** @throws {Failure} `usage` when the passphrase is wrong, or the text damaged. */
export function lockOf(text: string, passphrase: string, where: string): Lock {
  const locked = envelopeIn(text, where);
  try {
    return {
      contentKey: contentKeyFor(locked, bytesOf(passphrase)),
      assertions: locked.assertions(),
    };
  } catch (cause) {
    if (cause instanceof EnvelopeError && cause.code === "unknown-secret") {
      throw new Failure("usage", `wrong passphrase for ${where}; nothing was changed`, { cause });
    }
    throw damaged(where, cause);
  }
}

export function profileToText(profile: Profile, lock: Lock | undefined): string {
  if (lock === undefined) return `${JSON.stringify(profile, undefined, 2)}\n`;
  const { contentKey, assertions } = lock;
  const envelope = Envelope.new(ascii(JSON.stringify(profile)));
  return `${envelope.encryptSubject(contentKey).addAssertionEnvelopes(assertions).urString()}\n`;
}

/** @throws {Failure} `usage` when the text is no profile, or locked by another passphrase since. */
export function profileFromText(text: string, lock: Lock | undefined, where: string): Profile {
  const json = lock === undefined ? text : decrypted(text, lock, where);
  try {
    const profile: Profile = JSON.parse(json);
    const isWhole =
      Array.isArray(profile.accounts) && profile.backups.every(({ sets }) => Array.isArray(sets));
    if (!isWhole) throw new TypeError("no profile");
    return profile;
  } catch (cause) {
    throw damaged(where, cause);
  }
}

function decrypted(text: string, { contentKey }: Lock, where: string): string {
  try {
    const json = envelopeIn(text, where).decryptSubject(contentKey, { limits: LIMITS }).subject().asText();
    if (json === undefined) throw new TypeError("no text");
    return json;
  } catch (cause) {
    throw damaged(where, cause);
  }
}

function envelopeIn(text: string, where: string): Envelope {
  try {
    return Envelope.fromURString(text.trim());
  } catch (cause) {
    throw damaged(where, cause);
  }
}

/** dCBOR would normalize other texts, and they might no longer be what the person typed. */
function ascii(json: string): string {
  return json.replaceAll(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** However a keyboard composes its letters. */
function bytesOf(passphrase: string): Uint8Array {
  return new TextEncoder().encode(passphrase.normalize("NFC"));
}

function damaged(where: string, cause: unknown): Failure {
  return new Failure("usage", `${where} is damaged; mend it or move it away`, { cause });
}
