import { type Arguments, type Statement, statement } from "./functions.ts";
import type { Sql } from "./sql.ts";
import { StoreError } from "./sql.ts";
import {
  type AccountState,
  type AccountXid,
  accountXid,
  type NewcomerLimit,
  type RateLimited,
  type ReaderIdentity,
  type Refused,
  type RequestIdentity,
} from "./types.ts";

/** `store.answer`: what most SQL functions return. */
export interface AnswerRow<Outcome extends string> {
  readonly outcome: Outcome;
  readonly account: Uint8Array | null;
  readonly transfer_pending: boolean;
}

/** The arguments that every function has that changes something. */
export function identityArguments(request: RequestIdentity): Arguments<"delete_account"> {
  const { requestKey, requestDigest, expiresAt, datedAt, newcomers } = request;
  return {
    ...readerArguments(request),
    request_key: requestKey,
    request_digest: requestDigest,
    expires_at: expiresAt,
    ...newcomerArguments(newcomers),
    dated_at: datedAt,
  };
}

export function newcomerArguments(newcomers: NewcomerLimit | undefined) {
  return {
    newcomer_networks: newcomers === undefined ? null : joinIds(newcomers.networks),
    max_newcomers: newcomers?.maxPerHour ?? null,
  };
}

export function readerArguments({ keyId, senderXid, now }: ReaderIdentity): Arguments<"retrieve_fallback"> {
  return { key_id: keyId, sender_xid: senderXid, now };
}

/** What every function is told that depends on data keys. */
export function dataKeyArgument({ dataKey = 0 }: ReaderIdentity) {
  return { data_key: dataKey };
}

/**
 * Calls one store function: one statement, one round trip, one transaction. Where it finds that a transfer of the
 * caller's is due, it has done nothing; the transfer takes effect in a transaction of its own, and the function is called
 * again. `requests.sql` says why.
 *
 * @throws {StoreError} `data-key`, and the function has done nothing, when the caller does not know the newest data key.
 */
export async function call<Row>(sql: Sql, called: Statement): Promise<Row[]> {
  const rows = await sql<Row & { readonly outcome?: unknown }>(called.text, called.params);
  if (rows[0]?.outcome === "other-data-key") {
    throw new StoreError("data-key", "there is a newer data key than the one that was used");
  }
  if (rows[0]?.outcome !== "transfer-due") return rows;
  await settleTransfers(sql, called);
  return await call(sql, called);
}

async function settleTransfers(sql: Sql, { values: { key_id, now } }: Statement): Promise<void> {
  if (key_id === undefined || now === undefined)
    throw new StoreError("unavailable", "a transfer of nobody's");
  const { text, params } = statement("settle_transfers", { key_id, now });
  await sql(text, params);
}

/** The row of a function that always returns one. */
export async function callForRow<Row>(sql: Sql, called: Statement): Promise<Row> {
  const [row] = await call<Row>(sql, called);
  if (row === undefined) throw new StoreError("unavailable", "a function returned no row");
  return row;
}

/** Calls a function that tells only `ok`, or why not, and whether a transfer is pending. */
export async function callForOutcome<Refusal extends string>(
  sql: Sql,
  called: Statement,
): Promise<Succeeded | Refused<Refusal>> {
  const row = await callForRow<AnswerRow<"ok" | Refusal>>(sql, called);
  return row.outcome === "ok"
    ? { outcome: "ok", transferPending: row.transfer_pending }
    : { outcome: row.outcome, transferPending: row.transfer_pending };
}

export interface Succeeded {
  readonly outcome: "ok";
  readonly transferPending: boolean;
}

export function accountState(row: AnswerRow<string>): AccountState {
  return { account: presentXid(row.account), transferPending: row.transfer_pending };
}

export function rateLimited({ retry_after }: { readonly retry_after: Date | null }): RateLimited {
  if (retry_after === null) throw new StoreError("unavailable", "a limit without an end");
  return { outcome: "rate-limited", retryAfter: retry_after };
}

/** `account`: the one that this key speaks for. The sender named another, or has to name it by its XID. */
export type NamesOtherAccount = Refused<"not-account-key"> & { readonly account: AccountXid | null };

export function namesOtherAccount(row: AnswerRow<string>): NamesOtherAccount {
  const account = row.account && accountXid(row.account);
  return { outcome: "not-account-key", account, transferPending: row.transfer_pending };
}

export function presentXid(bytes: Uint8Array | null): AccountXid {
  if (bytes === null) throw new StoreError("unavailable", "the answer names no account");
  return accountXid(bytes);
}

/** Joins IDs into one run of bytes. Null stays null, which means all. */
export function joinIds(ids: readonly Uint8Array[] | null): Uint8Array | null {
  if (ids === null) return null;
  const width = 32;
  const run = new Uint8Array(ids.length * width);
  for (const [index, id] of ids.entries()) run.set(id, index * width);
  return run;
}
