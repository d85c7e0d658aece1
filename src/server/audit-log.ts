/** Puts the audit into the log: lines whose field `audit` names the event. */
import type { Log } from "../service/index.ts";
import { claimAudit } from "../store/audit.ts";
import type { Sql } from "../store/sql.ts";

/** Events that are taken at once. */
const PORTION = 1_000;

/** @returns what logs all that has happened since it was last called, by any server of the database. It never rejects. */
export function createAuditLog({ sql, log }: { readonly sql: Sql; readonly log: Log }): () => Promise<void> {
  return async () => {
    try {
      let count: number;
      do {
        const records = await claimAudit(sql, PORTION);
        for (const { event, account, at, times } of records) {
          log.info({ audit: event, ...(account !== "" && { account }), at, times }, "audit");
        }
        count = records.length;
      } while (count === PORTION);
    } catch (error) {
      log.warn({ err: error }, "could not log the audit");
    }
  };
}
