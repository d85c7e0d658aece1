/** What every database must do, whichever driver reaches it. */
import type { Sql } from "../../src/store/sql.ts";
import { describeAudit } from "./behaviour/audit.ts";
import { describeFallbacks } from "./behaviour/fallbacks.ts";
import { describeKeys } from "./behaviour/keys.ts";
import { describeMeasures } from "./behaviour/measures.ts";
import { describeOutbox } from "./behaviour/outbox.ts";
import { describeRequests } from "./behaviour/requests.ts";
import { describeShares } from "./behaviour/shares.ts";
import { describeTransfers } from "./behaviour/transfers.ts";

/**
 * Describes the store's behaviour. Both parameters are asked once the tests run.
 *
 * @param database must be migrated, and belong to these tests alone.
 * @param tables the same as somebody who may read the tables. Default: `database`.
 */
export function describeStore(database: () => Sql, tables = database): void {
  describeShares(database);
  describeRequests(database, tables);
  describeKeys(database, tables);
  describeFallbacks(database, tables);
  describeTransfers(database, tables);
  describeOutbox(database, tables);
  describeAudit(database, tables);
  describeMeasures(database);
}
