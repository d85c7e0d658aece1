/** Whether requests can be served now. */
import { SCHEMA_VERSION, schemaVersion } from "../store/migrate.ts";
import type { Context } from "./context.ts";

/** Whether the database answers and has the schema that this program knows. */
export async function isReady({ sql, log }: Context): Promise<boolean> {
  try {
    return (await schemaVersion(sql)) === SCHEMA_VERSION;
  } catch (error) {
    log.warn({ err: error }, "not ready");
    return false;
  }
}
