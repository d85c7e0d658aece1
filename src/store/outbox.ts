/**
 * Messages to contacts. They are written in the same transaction as the change that they tell of, and sent by
 * whoever claims them: at least once, and after {@link finishMessage} nothing of them stays.
 */
import { call } from "./answer.ts";
import type { ChallengePurpose } from "./contact-challenge.ts";
import { statement } from "./functions.ts";
import type { Sql } from "./sql.ts";
import { type AccountXid, accountXid, type ContactHmac, contactHmac } from "./types.ts";

/** News, for the contact that was validated when it happened. */
export type NoticeTopic =
  | "key-changed"
  | "transfer-confirmed"
  | "contact-replaced"
  | "contact-removed"
  | "account-deleted";

export interface OutboxMessage {
  readonly id: string;
  readonly topic: ChallengePurpose | NoticeTopic;
  readonly account: AccountXid | null;
  readonly contactHmac: ContactHmac;
  readonly contactCiphertext: Uint8Array;
  readonly contactKind: string;
  /** Token and code as the caller encrypted them; null for a notice. */
  readonly secret: Uint8Array | null;
  readonly createdAt: Date;
  /** Not worth sending after this. */
  readonly expiresAt: Date;
  /** How often it has been claimed, this time included. */
  readonly attempts: number;
}

interface Row {
  readonly message_id: string;
  readonly topic: OutboxMessage["topic"];
  readonly account: Uint8Array | null;
  readonly contact_hmac: Uint8Array;
  readonly contact_ciphertext: Uint8Array;
  readonly contact_kind: string;
  readonly secret_ciphertext: Uint8Array | null;
  readonly created_at: Date;
  readonly expires_at: Date;
  readonly attempts: number;
}

/**
 * Takes up to `limit` messages that are due. They come back to others if they are not finished within the
 * lease.
 */
export async function claimMessages(
  sql: Sql,
  now: Date,
  limit: number,
  leaseSeconds: number,
): Promise<OutboxMessage[]> {
  const claim = statement("claim_messages", { now, limit, lease_seconds: leaseSeconds });
  const rows = await call<Row>(sql, claim);
  return rows.map((row) => ({
    id: row.message_id,
    topic: row.topic,
    account: row.account === null ? null : accountXid(row.account),
    contactHmac: contactHmac(row.contact_hmac),
    contactCiphertext: row.contact_ciphertext,
    contactKind: row.contact_kind,
    secret: row.secret_ciphertext,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    attempts: row.attempts,
  }));
}

/** The message has been sent, or is given up: deletes it. */
export async function finishMessage(sql: Sql, id: string): Promise<void> {
  await call(sql, statement("finish_message", { message_id: id }));
}

/** The message could not be sent, and is due again later. */
export async function failMessage(sql: Sql, id: string, nextAttemptAt: Date): Promise<void> {
  await call(sql, statement("fail_message", { message_id: id, next_attempt_at: nextAttemptAt }));
}
