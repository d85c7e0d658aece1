import type { SqlValue } from "./sql.ts";
import type { ChallengeLimits, CodeHash, ContactHmac, OriginHmac, TokenHash } from "./types.ts";

/** A contact, as the store may know it. */
export interface Contact {
  readonly hmac: ContactHmac;
  /** Not bound to an account: messages are written to contacts whose account the writer does not know. */
  readonly ciphertext: Uint8Array;
  /** The channel it belongs to, such as `email`. */
  readonly kind: string;
}

/** What a contact will be asked, made by the caller before it is known whether there is anything to ask. */
export interface NewChallenge {
  readonly tokenHash: TokenHash;
  readonly codeHash: CodeHash;
  /** Token and code, encrypted, for whoever sends the message. Deleted with the message. */
  readonly secret: Uint8Array;
  readonly expiresAt: Date;
  /** Where it was asked from; null: not counted. */
  readonly origin: OriginHmac | null;
}

/** In the order of the SQL. */
export function contactParams(contact: Contact | null): SqlValue[] {
  return contact === null ? [null, null, null] : [contact.hmac, contact.ciphertext, contact.kind];
}

export function challengeParams(challenge: NewChallenge | null, limits: ChallengeLimits): SqlValue[] {
  const { windowSeconds, maxPerContact, maxPerKey, maxPerOrigin } = limits;
  return [
    challenge?.tokenHash ?? null,
    challenge?.codeHash ?? null,
    challenge?.secret ?? null,
    challenge?.expiresAt ?? null,
    challenge?.origin ?? null,
    windowSeconds,
    maxPerContact,
    maxPerKey,
    maxPerOrigin,
  ];
}
