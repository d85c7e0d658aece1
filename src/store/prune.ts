import { callForRow } from "./answer.ts";
import { statement } from "./functions.ts";
import type { Sql } from "./sql.ts";

export interface Pruned {
  readonly requests: number;
  readonly challenges: number;
  readonly messages: number;
  /** Transfers that took effect. */
  readonly transfers: number;
}

/** How many rows of a kind one statement forgets at most, so that no statement takes long. */
const ROUND_LIMIT = 10_000;

/** Forgets what is over, and lets due transfers take effect. Any number of servers may prune at once. */
export async function prune(sql: Sql, now: Date, limit: number = ROUND_LIMIT): Promise<Pruned> {
  const round = await callForRow<Pruned>(sql, statement("prune", { now, limit }));
  if (!Object.values(round).includes(limit)) return round;
  const rest = await prune(sql, now, limit);
  return {
    requests: round.requests + rest.requests,
    challenges: round.challenges + rest.challenges,
    messages: round.messages + rest.messages,
    transfers: round.transfers + rest.transfers,
  };
}
