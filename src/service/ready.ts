/** Whether requests can be served now. */
import { reasonOf } from "../store/reason.ts";
import { schemaState, whyUnfit } from "../store/schema.ts";
import type { Context } from "./context.ts";

/** Milliseconds for which an answer of the database holds. */
const HOLDS = 1_000;

/**
 * Tells whether requests can be served, and asks the database once a second at most, however often it is asked itself.
 * While the database is being asked it tells what it knows, so that no request waits for another's query.
 */
export function createReadiness(context: Pick<Context, "sql" | "log" | "now">): () => Promise<boolean> {
  let askedAt = Number.NEGATIVE_INFINITY;
  let ready = false;
  return async () => {
    const now = context.now().getTime();
    if (Math.abs(now - askedAt) < HOLDS) return ready;
    askedAt = now;
    ready = await isReady(context);
    return ready;
  };
}

/** Whether the database answers and has a schema that this program can work with. */
export async function isReady({ sql, log }: Pick<Context, "sql" | "log">): Promise<boolean> {
  const reason = await schemaState(sql).then(whyUnfit, reasonOf);
  if (reason !== undefined) log.warn({ reason }, "not ready");
  return reason === undefined;
}
