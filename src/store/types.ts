/**
 * The store's words. All names are 32 bytes and are made outside: the store hashes and encrypts nothing.
 */

declare const kind: unique symbol;
type Named<Kind extends string> = Uint8Array & { readonly [kind]: Kind };

/** Names an account: SHA-256 of the tagged signing public key that opened it. Never changes. */
export type AccountXid = Named<"AccountXid">;
/**
 * Names a signing key: SHA-256 of the tagged public key, so a key's id is the XID it would open an account
 * with.
 */
export type KeyId = Named<"KeyId">;
/** Names a share within its account: a keyed hash of its receipt. */
export type ShareId = Named<"ShareId">;
/** SHA-256(key id ‖ request ID): what makes an ID single use per key. */
export type RequestKey = Named<"RequestKey">;
/** The digest of what was signed. */
export type RequestDigest = Named<"RequestDigest">;
/** A keyed hash of a contact, to look it up by. */
export type ContactHmac = Named<"ContactHmac">;
/** A keyed hash of a contact's mailbox, by which limits count. A contact without a sub-address is its own mailbox. */
export type MailboxHmac = Named<"MailboxHmac">;
/** A keyed hash of the network that a request came from. */
export type NetworkHmac = Named<"NetworkHmac">;
/** A keyed hash of the short code that a person types. */
export type CodeHash = Named<"CodeHash">;
/** A hash of the token in a confirmation link. */
export type TokenHash = Named<"TokenHash">;

const NAME_BYTES = 32;

function isNamed<Kind extends string>(bytes: Uint8Array): bytes is Named<Kind> {
  return bytes.length === NAME_BYTES;
}

function naming<Kind extends string>(what: Kind): (bytes: Uint8Array) => Named<Kind> {
  return (bytes) => {
    if (!isNamed<Kind>(bytes))
      throw new RangeError(`${what} must have ${NAME_BYTES} bytes, not ${bytes.length}`);
    return bytes;
  };
}

export const accountXid = naming("AccountXid");
export const keyId = naming("KeyId");
export const shareId = naming("ShareId");
export const requestKey = naming("RequestKey");
export const requestDigest = naming("RequestDigest");
export const contactHmac = naming("ContactHmac");
export const mailboxHmac = naming("MailboxHmac");
export const networkHmac = naming("NetworkHmac");
export const codeHash = naming("CodeHash");
export const tokenHash = naming("TokenHash");

/**
 * Who reads. `senderXid` is the XID that the request names as its sender: the account's, or the key's own.
 */
export interface ReaderIdentity {
  readonly keyId: KeyId;
  readonly senderXid: AccountXid;
  readonly now: Date;
  /** The newest data key that the caller knows, and has made all names and ciphertexts with. Default: 0, the first one. */
  readonly dataKey?: number | undefined;
}

/** Who changes something, and under which single-use ID. */
export interface RequestIdentity extends ReaderIdentity {
  readonly requestKey: RequestKey;
  readonly requestDigest: RequestDigest;
  /** When the request's date window closes, and its ID may be forgotten; null: never. */
  readonly expiresAt: Date | null;
  /** The date that it bears; null: none. */
  readonly datedAt: Date | null;
  /** Absent: nobody counts. */
  readonly newcomers?: NewcomerLimit | undefined;
}

/** How many accounts may be opened, and how many undated requests made by keys without an account, from one network and its neighbours. */
export interface NewcomerLimit {
  /** The narrowest first. Each counts as four of the one before it. */
  readonly networks: readonly NetworkHmac[];
  /** Both together, from the narrowest. */
  readonly maxPerHour: number;
}

/** What every answer to an account's current key tells. */
export interface AccountState {
  readonly account: AccountXid;
  /** Somebody has asked the account's contact to move the account to another key. */
  readonly transferPending: boolean;
}

/**
 * A refusal. `transferPending` as in {@link AccountState}, and false for everybody but the account's current key.
 */
export interface Refused<Code extends string> {
  readonly outcome: Code;
  readonly transferPending: boolean;
}

/**
 * How often contacts may be asked. A challenge counts for its mailbox, for the key that asked, and for its network.
 * Where the network is not known, it counts for none.
 */
export interface ChallengeLimits {
  /** Seconds, at most a day. */
  readonly windowSeconds: number;
  readonly maxPerContact: number;
  readonly maxPerKey: number;
  readonly maxPerNetwork: number;
  readonly maxPerContactAndNetwork: number;
  /** No contact is asked while the messages of an hour, to all contacts together, reach this number. */
  readonly maxMessages: number;
}

/** A refusal that ends by itself. The request was not recorded: sent again then, it is carried out. */
export interface RateLimited {
  readonly outcome: "rate-limited";
  readonly retryAfter: Date;
}
