/**
 * The audit: what has happened to accounts, as the store's functions write it down in the transaction of what they do.
 *
 * The log tells of each event a little later, once, whichever server wrote it: they claim from the table what has not been
 * told. A server that dies between the claim and its line leaves the event in the table alone.
 */
import { call } from "./answer.ts";
import { statement } from "./functions.ts";
import type { Sql } from "./sql.ts";

export type AuditEvent =
  | "account-opened"
  | "key-changed"
  | "contact-set"
  | "contact-confirmed"
  | "contact-removed"
  | "transfer-asked"
  | "transfer-confirmed"
  | "transfer-cancelled"
  | "transfer-done"
  | "account-deleted"
  /** The account has as many shares, or bytes of them, as it may. */
  | "limit-shares"
  /** Too many wrong codes. */
  | "limit-codes"
  /** Contacts were to be asked too often. */
  | "limit-challenges"
  /** Too many new accounts, or undated requests of keys without one, from a network. */
  | "limit-newcomers"
  /** The server takes no new accounts and shares. */
  | "limit-room";

export interface AuditRecord {
  readonly event: AuditEvent;
  /** As the log names it; of a transfer that was asked for an unknown contact, a name that is nobody's. Empty: no account's. */
  readonly account: string;
  /** When it happened last. */
  readonly at: Date;
  /** How often it happened within the hour; of limits, in how many seconds. */
  readonly times: number;
}

/** What the log has not told yet, which counts as told from now on; with `times` since it was last told. */
export async function claimAudit(sql: Sql, limit: number): Promise<readonly AuditRecord[]> {
  const rows = await call<Omit<AuditRecord, "at"> & { readonly happened_at: Date }>(
    sql,
    statement("claim_audit", { limit }),
  );
  return rows
    .map(({ event, account, happened_at: at, times }) => ({ event, account, at, times }))
    .sort((one, other) => one.at.getTime() - other.at.getTime());
}

/** Where a record is among all, by time. */
export interface AuditPlace {
  /** As the database writes it: with all its digits, which a date has not. */
  readonly at: string;
  readonly account: string;
  readonly event: string;
}

export interface ListedRecord extends AuditRecord {
  /** When it happened first within the hour. */
  readonly since: Date;
  readonly place: AuditPlace;
}

export interface AuditQuery {
  readonly since?: Date | undefined;
  /** By its name in the log. */
  readonly account?: string | undefined;
  readonly after?: AuditPlace | undefined;
  readonly limit: number;
}

interface ListedRow extends Omit<AuditRecord, "at"> {
  readonly first_at: Date;
  readonly last_at: Date;
  readonly exact: string;
}

/** Lists the audit by time. For the operator, as the role that owns the table: the server's role reads no table. */
export async function listAudit(sql: Sql, query: AuditQuery): Promise<readonly ListedRecord[]> {
  const { since = new Date(0), account = null, after, limit } = query;
  const rows = await sql<ListedRow>(
    `select event, account, times, first_at, last_at, to_char(last_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as exact
     from store.audit_event
     where last_at >= $1::timestamptz and ($2::text is null or account = $2)
       and ($3::text is null or (last_at, account, event) > ($3::timestamptz, $4::text, $5::text))
     order by last_at, account, event limit $6::integer`,
    [since, account, after?.at ?? null, after?.account ?? null, after?.event ?? null, limit],
  );
  return rows.map(({ event, account, times, first_at, last_at, exact }) => ({
    ...{ event, account, times, since: first_at, at: last_at },
    place: { at: exact, account, event },
  }));
}
