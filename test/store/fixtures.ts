/** Made-up wallets, shares and contacts. Every name is random, so tests can share one database. */

import { confirmByToken } from "../../src/store/challenge-by-token.ts";
import type { NamedContact, NewChallenge, StoredContact } from "../../src/store/contact-challenge.ts";
import { type Claim, claimMessages, type OutboxMessage } from "../../src/store/outbox.ts";
import type { Sql } from "../../src/store/sql.ts";
import {
  type NewShare,
  type Quotas,
  type StoreShareOutcome,
  storeShare,
} from "../../src/store/store-share.ts";
import {
  type AccountXid,
  accountXid,
  type ChallengeLimits,
  codeHash,
  contactHmac,
  type KeyId,
  keyId,
  mailboxHmac,
  type RequestIdentity,
  requestDigest,
  requestKey,
  shareId,
  tokenHash,
} from "../../src/store/types.ts";
import { updateFallback } from "../../src/store/update-fallback.ts";

export const NOW = new Date("2026-11-22T10:00:00Z");

export function later(seconds: number, from: Date = NOW): Date {
  return new Date(from.getTime() + seconds * 1000);
}

export function random(length = 32): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length));
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

export function newKey(): KeyId {
  return keyId(random());
}

/** The XID of the account that a key opens. */
export function xidOf(key: KeyId): AccountXid {
  return accountXid(key);
}

let dates = 0;
/** Later than all dates before it, so that whoever prunes the requests that came before closes no way to later ones. */
function nextDate(): Date {
  return new Date(NOW.getTime() + dates++);
}

/** A request under a new ID, by a wallet that names itself by its own key unless told otherwise. */
export function request(
  key: KeyId,
  {
    senderXid = xidOf(key),
    now = NOW,
    expiresAt = later(86_400, now),
    datedAt = nextDate(),
  }: Partial<Pick<RequestIdentity, "senderXid" | "now" | "expiresAt" | "datedAt">> = {},
): RequestIdentity {
  return {
    keyId: key,
    senderXid,
    requestKey: requestKey(random()),
    requestDigest: requestDigest(random()),
    expiresAt,
    datedAt,
    now,
  };
}

export const QUOTAS: Quotas = { maxShareBytes: 1000, maxShares: 5, maxAccountBytes: 3000 };

export function newShare(size = 100): NewShare {
  return { shareId: shareId(random()), data: random(size + 28), size };
}

/** Stores one new share, and tells which. */
export async function store(sql: Sql, key: KeyId): Promise<NewShare> {
  const share = newShare();
  const result: StoreShareOutcome = await storeShare(sql, request(key), share, QUOTAS);
  if (result.outcome !== "ok") throw new Error(`could not store: ${result.outcome}`);
  return share;
}

/** A wallet with an account that holds one share. */
export async function openAccount(sql: Sql) {
  const key = newKey();
  return { key, xid: xidOf(key), share: await store(sql, key) };
}

export function newContact(kind = "email"): NamedContact {
  return { hmac: contactHmac(random()), mailbox: mailboxHmac(random()), ciphertext: random(60), kind };
}

export function newChallenge(now: Date = NOW): NewChallenge {
  return {
    tokenHash: tokenHash(random()),
    codeHash: codeHash(random()),
    secret: random(80),
    expiresAt: later(1800, now),
    network: null,
  };
}

export const CHALLENGE_LIMITS: ChallengeLimits = {
  windowSeconds: 3600,
  maxPerContact: 5,
  maxPerContactAndNetwork: 3,
  maxMessages: 1_000_000,
  maxPerKey: 5,
  maxPerNetwork: 7,
};
/** So many that no bench or test meets one. */
export const NO_CHALLENGE_LIMITS: ChallengeLimits = {
  windowSeconds: 1,
  maxPerContact: 1_000_000,
  maxPerContactAndNetwork: 1_000_000,
  maxMessages: 1_000_000,
  maxPerKey: 1_000_000,
  maxPerNetwork: 1_000_000,
};
export const VERIFY_LIMITS = { maxTries: 5, transferDelaySeconds: 0 };

/** Sets and confirms a contact, and tells which. */
export async function validateContact(
  sql: Sql,
  key: KeyId,
  contact: NamedContact = newContact(),
): Promise<NamedContact> {
  const challenge = newChallenge();
  await updateFallback(sql, request(key), { contact, challenge }, CHALLENGE_LIMITS);
  const { outcome } = await confirmByToken(sql, challenge.tokenHash, NOW, 0);
  if (outcome !== "ok") throw new Error(`could not validate: ${outcome}`);
  return contact;
}

/** A claim without limits. */
export const EVERYTHING: Claim = {
  kinds: ["email", "phone", "uri"],
  codes: 100_000,
  notices: 100_000,
  decoys: 100_000,
  leaseSeconds: 60,
  maxPerHour: { transfers: 1_000_000, validations: 1_000_000, notices: 1_000_000 },
};

/** The messages that wait for a contact, left where they are. */
export async function messagesTo(
  sql: Sql,
  { hmac }: StoredContact,
  now: Date = NOW,
): Promise<OutboxMessage[]> {
  const { messages } = await claimMessages(sql, now, { ...EVERYTHING, leaseSeconds: 0 });
  return messages.filter(({ contactHmac }) => hex(contactHmac) === hex(hmac));
}
