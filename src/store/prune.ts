import { callForRow } from "./answer.ts";
import type { Sql } from "./sql.ts";

export interface Pruned {
  readonly requests: number;
  readonly challenges: number;
  readonly messages: number;
  /** Transfers that took effect. */
  readonly transfers: number;
}

/**
 * Forgets what is over, at most `limit` of each kind, and lets due transfers take effect. Call again while
 * any count reaches the limit. Any number of servers may prune at once.
 */
export async function prune(sql: Sql, now: Date, limit: number): Promise<Pruned> {
  return await callForRow<Pruned>(sql, "prune", [now, limit]);
}
