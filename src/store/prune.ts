import { call, callForRow } from "./answer.ts";
import { statement } from "./functions.ts";
import type { Sql } from "./sql.ts";

export interface Pruned {
  readonly requests: number;
  readonly challenges: number;
  readonly messages: number;
  /** Transfers that took effect. */
  readonly transfers: number;
  /** Events of the audit. */
  readonly events: number;
}

/** How many rows of a kind one statement forgets at most, so that no statement takes long. */
const ROUND_LIMIT = 10_000;

export interface PruneOptions {
  /** Seconds that events of the audit are kept. Default: for good. */
  readonly auditKeep?: number;
  readonly limit?: number;
}

/** Forgets what is over, and lets due transfers take effect. Any number of servers may prune at once. */
export async function prune(sql: Sql, now: Date, options: PruneOptions = {}): Promise<Pruned> {
  await call(sql, statement("close_over", { now }));
  return pruneRounds(sql, now, options);
}

async function pruneRounds(sql: Sql, now: Date, options: PruneOptions): Promise<Pruned> {
  const { auditKeep = null, limit = ROUND_LIMIT } = options;
  const pruning = statement("prune", { now, limit, audit_keep_seconds: auditKeep });
  const round = await callForRow<Pruned>(sql, pruning);
  if (!Object.values(round).includes(limit)) return round;
  const rest = await pruneRounds(sql, now, options);
  return {
    requests: round.requests + rest.requests,
    challenges: round.challenges + rest.challenges,
    messages: round.messages + rest.messages,
    transfers: round.transfers + rest.transfers,
    events: round.events + rest.events,
  };
}
