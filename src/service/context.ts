/** Everything that handling a request needs; made once by a composition root. */

import type { Envelope } from "@bc/envelope";
import type { Identity, RequestLimits } from "@bc/share-protocol";
import type { ContactKind } from "../fallback/contact.ts";
import type { Sql } from "../store/sql.ts";
import type { Quotas } from "../store/store-share.ts";
import type { StorageCipher } from "./storage-cipher.ts";
import type { StorageKeys } from "./storage-keys.ts";

export type Policy = {
  /** Milliseconds that a request's date may lie in the past, and in the future. */
  readonly maxAge: number;
  readonly maxAhead: number;
  /** Whether sealed requests too must name this server. */
  readonly requireRecipient: boolean;
  /** Whether a new key must prove itself by its signature. */
  readonly requireKeyProof: boolean;
  /** Accounts that may be opened in an hour from one network, undated requests of keys without one included. */
  readonly maxNewAccounts: number;
  readonly quotas: Quotas;
  /** What a request may hold at most. */
  readonly requestLimits: RequestLimits;
  /** The kinds of contacts that the server can reach. */
  readonly fallbackKinds: readonly ContactKind[];
  /** For development: contacts count and transfers happen without anyone's confirmation. */
  readonly trustFallback: boolean;
  /** Whether the reference depository's functions are answered too. */
  readonly depositoryNames: boolean;
  /** Messages to contacts that all accounts together may cause in an hour. */
  readonly maxMessages: number;
  /** Seconds between the confirmation of a transfer and its effect. */
  readonly transferDelay: number;
};

/** Structured logging. Never given a secret: accounts are logged hashed. */
export type Log = {
  readonly debug: (fields: object, text: string) => void;
  readonly info: (fields: object, text: string) => void;
  readonly warn: (fields: object, text: string) => void;
  readonly error: (fields: object, text: string) => void;
};

/** Old keys, by which the server still answers requests that are sealed to them. */
export type RetiredIdentity = {
  /** Its document tells of the rotations since. */
  readonly identity: Identity;
  /** The end of their grace. */
  readonly until: Date;
};

/** By which keys the server speaks. */
export type ServerIdentity = {
  readonly identity: Identity;
  /** What `GET /` gives: the identity's document with the rotations that led to it. */
  readonly document: Envelope;
  readonly retired: readonly RetiredIdentity[];
};

export type Context = ServerIdentity & {
  readonly sql: Sql;
  readonly keys: StorageKeys;
  readonly policy: Policy;
  readonly now: () => Date;
  readonly log: Log;
  /** Resolves when whatever else waits has had its turn. Long work awaits it now and then. */
  readonly pause: () => Promise<void>;
  /** Told when there may be messages to deliver; returns at once. */
  readonly wakeDelivery: () => void;
  /** Told by what name the log knows a damaged share, each time that a request meets it. */
  readonly onDamagedShare?: ((share: string) => void) | undefined;
};

/** The keys of everything at rest, as one piece of work goes by them from its beginning to its end. */
export type Encrypting = { readonly cipher: StorageCipher };

/** What the work on one request needs. */
export type WorkContext = Context & Encrypting;
