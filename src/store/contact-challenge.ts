import type { Arguments } from "./functions.ts";
import type { ChallengeLimits, CodeHash, ContactHmac, MailboxHmac, NetworkHmac, TokenHash } from "./types.ts";

/** What a challenge is for. */
export type ChallengePurpose = "validation" | "transfer";

/** A contact, as the store may know it. */
export interface StoredContact {
  readonly hmac: ContactHmac;
  /** Not bound to an account: messages are written to contacts whose account the writer does not know. */
  readonly ciphertext: Uint8Array;
  /** The channel it belongs to, such as `email`. */
  readonly kind: string;
}

/** A contact as a wallet names it, with the mailbox that limits count it by. */
export interface NamedContact extends StoredContact {
  readonly mailbox: MailboxHmac;
}

/** Made by the caller before anybody knows whether a contact is to be asked. */
export interface NewChallenge {
  readonly tokenHash: TokenHash;
  readonly codeHash: CodeHash;
  /** Token and code, encrypted, for whoever sends the message. Deleted with the message. */
  readonly secret: Uint8Array;
  readonly expiresAt: Date;
  /** Where the request came from; null: not counted. */
  readonly network: NetworkHmac | null;
}

/** What asks a contact, in the words of the SQL. Null: nobody is asked. */
export function challengeArguments(
  asked: { readonly contact: NamedContact; readonly challenge: NewChallenge } | null,
  limits: ChallengeLimits,
): Omit<Arguments<"update_fallback">, keyof Arguments<"delete_account">> {
  const { contact, challenge } = asked ?? {};
  return {
    contact_hmac: contact?.hmac ?? null,
    contact_ciphertext: contact?.ciphertext ?? null,
    contact_kind: contact?.kind ?? null,
    mailbox_hmac: contact?.mailbox ?? null,
    token_hash: challenge?.tokenHash ?? null,
    code_hash: challenge?.codeHash ?? null,
    secret_ciphertext: challenge?.secret ?? null,
    challenge_expires_at: challenge?.expiresAt ?? null,
    network_hmac: challenge?.network ?? null,
    window_seconds: limits.windowSeconds,
    max_per_contact: limits.maxPerContact,
    max_per_contact_and_network: limits.maxPerContactAndNetwork,
    max_per_key: limits.maxPerKey,
    max_per_network: limits.maxPerNetwork,
    max_messages: limits.maxMessages,
  };
}
