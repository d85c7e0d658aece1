/**
 * Messages to contacts. They are written in the same transaction as the change that they tell of, and sent by
 * whoever claims them: at least once, and after {@link finishMessage} nothing of them stays.
 */
import { call } from "./answer.ts";
import type { ChallengePurpose } from "./contact-challenge.ts";
import { statement } from "./functions.ts";
import type { Sql } from "./sql.ts";
import { type AccountXid, accountXid, type ContactHmac, contactHmac } from "./types.ts";

/** Notices, to the contact that was validated when the change happened. */
export type NoticeTopic =
  | "key-changed"
  | "transfer-confirmed"
  | "contact-replaced"
  | "contact-removed"
  | "account-deleted";

export interface OutboxMessage {
  readonly id: string;
  readonly topic: ChallengePurpose | NoticeTopic;
  /** What it is to whoever waits for it. A decoy goes to nobody. */
  readonly class: ChallengePurpose | "notice" | "decoy";
  readonly account: AccountXid | null;
  readonly contactHmac: ContactHmac;
  readonly contactCiphertext: Uint8Array;
  readonly contactKind: string;
  /** Token and code as the caller encrypted them; null for a notice. */
  readonly secret: Uint8Array | null;
  /** How often the change that a notice tells of has happened since `createdAt`. */
  readonly times: number;
  readonly createdAt: Date;
  /** Not worth sending after this. */
  readonly expiresAt: Date;
  /** How often it has been claimed, this time included. */
  readonly attempts: number;
}

export interface Claim {
  /** Of contacts, such as `email`. */
  readonly kinds: readonly string[];
  /** Messages of each class to take at most. */
  readonly codes: number;
  readonly notices: number;
  readonly decoys: number;
  readonly leaseSeconds: number;
  /** A class gets no message while those of an hour, to all contacts together, reach its number. */
  readonly maxPerHour: MaxPerHour;
}

export interface MaxPerHour {
  readonly transfers: number;
  readonly validations: number;
  readonly notices: number;
}

export interface Claimed {
  readonly messages: readonly OutboxMessage[];
  /** How many messages have been handed to senders within an hour, these included. Absent: none was due. */
  readonly hourTotal?: number;
}

interface Row {
  readonly message_id: string;
  readonly topic: OutboxMessage["topic"];
  readonly class: OutboxMessage["class"];
  readonly account: Uint8Array | null;
  readonly contact_hmac: Uint8Array;
  readonly contact_ciphertext: Uint8Array;
  readonly contact_kind: string;
  readonly secret_ciphertext: Uint8Array | null;
  readonly times: number;
  readonly created_at: Date;
  readonly expires_at: Date;
  readonly attempts: number;
  readonly hour_total: number;
}

/** Takes messages that are due. One that is not finished within the lease is due for others again. */
export async function claimMessages(sql: Sql, now: Date, claim: Claim): Promise<Claimed> {
  const { kinds, codes, notices, decoys, leaseSeconds, maxPerHour } = claim;
  const rows = await call<Row>(
    sql,
    statement("claim_messages", {
      now,
      contact_kinds: kinds.join(","),
      codes,
      notices,
      decoys,
      lease_seconds: leaseSeconds,
      max_transfers: maxPerHour.transfers,
      max_validations: maxPerHour.validations,
      max_notices: maxPerHour.notices,
    }),
  );
  const [first] = rows;
  return { messages: rows.map(messageOf), ...(first !== undefined && { hourTotal: first.hour_total }) };
}

function messageOf(row: Row): OutboxMessage {
  return {
    id: row.message_id,
    topic: row.topic,
    class: row.class,
    account: row.account === null ? null : accountXid(row.account),
    contactHmac: contactHmac(row.contact_hmac),
    contactCiphertext: row.contact_ciphertext,
    contactKind: row.contact_kind,
    secret: row.secret_ciphertext,
    times: row.times,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    attempts: row.attempts,
  };
}

/** The message has been sent, or is given up: deletes it. */
export async function finishMessage(sql: Sql, id: string): Promise<void> {
  await call(sql, statement("finish_message", { message_id: id }));
}

/** The message could not be sent, and is due again later. It does not count for the hour any more. */
export async function failMessage(sql: Sql, id: string, nextAttemptAt: Date, now: Date): Promise<void> {
  await call(sql, statement("fail_message", { message_id: id, next_attempt_at: nextAttemptAt, now }));
}
