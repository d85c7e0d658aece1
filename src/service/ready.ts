/** Whether requests can be served now. */
import { reasonOf } from "../store/reason.ts";
import { schemaState, whyUnfit } from "../store/schema.ts";
import type { Context } from "./context.ts";

/** Whether the database answers and has a schema that this program can work with. */
export async function isReady({ sql, log }: Pick<Context, "sql" | "log">): Promise<boolean> {
  const reason = await schemaState(sql).then(whyUnfit, reasonOf);
  if (reason !== undefined) log.warn({ reason }, "not ready");
  return reason === undefined;
}
