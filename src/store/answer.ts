import type { Sql, SqlValue } from "./sql.ts";
import { StoreError } from "./sql.ts";
import {
  type AccountXid,
  accountXid,
  type Reader,
  type Refused,
  type RequestIdentity,
  type Standing,
} from "./types.ts";

/** `store.answer`: what most SQL functions return. */
export interface AnswerRow<Outcome extends string> {
  readonly outcome: Outcome;
  readonly account: Uint8Array | null;
  readonly transfer_pending: boolean;
}

/** The leading parameters of every function that changes something, in the order of the SQL. */
export function identityParams(request: RequestIdentity): SqlValue[] {
  const { keyId, senderXid, requestKey, requestDigest, expiresAt, now } = request;
  return [keyId, senderXid, requestKey, requestDigest, expiresAt, now];
}

export function readerParams({ keyId, senderXid, now }: Reader): SqlValue[] {
  return [keyId, senderXid, now];
}

/** Calls one store function: one statement, one round trip, one transaction. */
export async function call<Row>(sql: Sql, name: string, params: readonly SqlValue[]): Promise<Row[]> {
  const places = params.map((_, index) => `$${index + 1}`).join(", ");
  return await sql<Row>(`select * from store.${name}(${places})`, params);
}

/** The row of a function that always returns one. */
export async function callForRow<Row>(sql: Sql, name: string, params: readonly SqlValue[]): Promise<Row> {
  const [row] = await call<Row>(sql, name, params);
  if (row === undefined) throw new StoreError("unavailable", `${name} returned no row`);
  return row;
}

/** For functions with nothing to tell but 'ok' or why not. */
export async function callForOutcome<Refusal extends string>(
  sql: Sql,
  name: string,
  params: readonly SqlValue[],
): Promise<Done | Refused<Refusal>> {
  const row = await callForRow<AnswerRow<"ok" | Refusal>>(sql, name, params);
  return row.outcome === "ok"
    ? { outcome: "ok", transferPending: row.transfer_pending }
    : { outcome: row.outcome, transferPending: row.transfer_pending };
}

export interface Done {
  readonly outcome: "ok";
  readonly transferPending: boolean;
}

export function standing(row: AnswerRow<string>): Standing {
  return { account: presentXid(row.account), transferPending: row.transfer_pending };
}

export function presentXid(bytes: Uint8Array | null): AccountXid {
  if (bytes === null) throw new StoreError("unavailable", "the answer names no account");
  return accountXid(bytes);
}

/** Ids as one run of bytes; null stays null, which means all. */
export function joinIds(ids: readonly Uint8Array[] | null): Uint8Array | null {
  if (ids === null) return null;
  const width = 32;
  const run = new Uint8Array(ids.length * width);
  for (const [index, id] of ids.entries()) run.set(id, index * width);
  return run;
}
