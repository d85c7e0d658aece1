/** Whether requests can be served now. */
import { SCHEMA_VERSION, schemaVersion } from "../store/migrate.ts";
import { reasonOf } from "../store/reason.ts";
import type { Context } from "./context.ts";

/** Whether the database answers and has the schema that this program knows. */
export async function isReady({ sql, log }: Pick<Context, "sql" | "log">): Promise<boolean> {
  try {
    return (await schemaVersion(sql)) === SCHEMA_VERSION;
  } catch (error) {
    log.warn({ reason: reasonOf(error) }, "not ready");
    return false;
  }
}
