import { call } from "./answer.ts";
import { statement } from "./functions.ts";
import type { Sql } from "./sql.ts";

/**
 * - `messages_waiting`, and `oldest_message_seconds`, by class of message;
 * - `table_rows`, as the database estimates them, and `table_bytes` with indexes, by table;
 * - `last_prune`, in seconds since 1970; absent before the first;
 * - `last_check`, in seconds since 1970; 0 before the first; and `damaged_shares`, how many it found; absent before the first;
 * - `full`: 1 when new accounts and shares are refused, else 0.
 */
export type MeasureName =
  | "messages_waiting"
  | "oldest_message_seconds"
  | "table_rows"
  | "table_bytes"
  | "last_prune"
  | "last_check"
  | "damaged_shares"
  | "full";

export interface Measure {
  readonly measure: MeasureName;
  /** Empty where there is one value. */
  readonly label: string;
  readonly value: number;
}

/** What operators watch of a database. */
export async function measuresOf(sql: Sql, now: Date): Promise<readonly Measure[]> {
  return await call<Measure>(sql, statement("measures", { now }));
}
