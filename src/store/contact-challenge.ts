import type { Arguments } from "./functions.ts";
import type { ChallengeLimits, CodeHash, ContactHmac, MailboxHmac, NetworkHmac, TokenHash } from "./types.ts";

/** What a challenge is for. */
export type ChallengePurpose = "validation" | "transfer";

/** A contact, as the store may know it. */
export interface StoredContact {
  readonly hmac: ContactHmac;
  /**
   * The encryption is bound to no account, because the server writes messages to contacts without knowing their
   * account.
   */
  readonly ciphertext: Uint8Array;
  /** What sort of contact it is, such as `email`. */
  readonly kind: string;
}

/** A contact as a wallet names it, with the mailbox that limits count it by. */
export interface NamedContact extends StoredContact {
  readonly mailbox: MailboxHmac;
  /** While a rekey is under way: what it is looked up by under the data key before. */
  readonly formerHmac?: ContactHmac | undefined;
}

/** The caller makes it before the store decides whether to ask a contact. */
export interface NewChallenge {
  readonly tokenHash: TokenHash;
  readonly codeHash: CodeHash;
  /** Token and code, encrypted, for whoever sends the message. Deleted with the message. */
  readonly secret: Uint8Array;
  /** While a rekey is under way: the same, for a contact that still has its former name. */
  readonly formerSecret?: Uint8Array | undefined;
  readonly expiresAt: Date;
  /** Where the request came from; null: not counted. */
  readonly network: NetworkHmac | null;
}

/** A challenge and its limits as the arguments of an SQL function. Null: nobody is asked. */
export function challengeArguments(
  asked: { readonly contact: NamedContact; readonly challenge: NewChallenge } | null,
  limits: ChallengeLimits,
): Omit<Arguments<"fallback_transfer">, keyof Arguments<"delete_account"> | "data_key"> {
  const { contact, challenge } = asked ?? {};
  return {
    contact_hmac: contact?.hmac ?? null,
    former_contact_hmac: contact?.formerHmac ?? null,
    contact_ciphertext: contact?.ciphertext ?? null,
    contact_kind: contact?.kind ?? null,
    mailbox_hmac: contact?.mailbox ?? null,
    token_hash: challenge?.tokenHash ?? null,
    code_hash: challenge?.codeHash ?? null,
    secret_ciphertext: challenge?.secret ?? null,
    former_secret_ciphertext: challenge?.formerSecret ?? null,
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
