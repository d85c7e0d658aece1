/** Whether requests can be served now. */
import { reasonOf } from "../store/reason.ts";
import { schemaState, whyUnfit } from "../store/schema.ts";
import { StoreError } from "../store/sql.ts";
import type { Context } from "./context.ts";

/** `full`: all but new accounts and new shares. */
export type Readiness = "ready" | "full" | "not ready";

/** Milliseconds for which an answer of the database holds. */
const HOLDS = 1_000;

/**
 * Tells whether requests can be served, and asks the database once a second at most, however often it is asked itself.
 * While the database is being asked it tells what it knows, so that no request waits for another's query.
 */
export function createReadiness(context: Pick<Context, "sql" | "log" | "now">): () => Promise<Readiness> {
  let askedAt = Number.NEGATIVE_INFINITY;
  let known: Readiness = "not ready";
  return async () => {
    const now = context.now().getTime();
    if (Math.abs(now - askedAt) < HOLDS) return known;
    askedAt = now;
    known = await readiness(context);
    return known;
  };
}

/** Whether the database answers, has a schema that this program can work with, and has room. */
export async function readiness({ sql, log }: Pick<Context, "sql" | "log">): Promise<Readiness> {
  try {
    const state = await schemaState(sql);
    const reason = whyUnfit(state);
    if (reason !== undefined) throw new StoreError("schema", reason);
    return state.isFull ? "full" : "ready";
  } catch (error) {
    log.warn({ reason: reasonOf(error) }, "not ready");
    return "not ready";
  }
}
