/** What every database must do, whichever driver reaches it. */
import type { Sql } from "../sql.ts";
import { describeFallbacks } from "./behaviour/fallbacks.ts";
import { describeKeys } from "./behaviour/keys.ts";
import { describeOutbox } from "./behaviour/outbox.ts";
import { describeRequests } from "./behaviour/requests.ts";
import { describeShares } from "./behaviour/shares.ts";
import { describeTransfers } from "./behaviour/transfers.ts";

/**
 * Describes the store's behaviour. `database` is asked once the tests run; it must be migrated, and belong to
 * them alone.
 */
export function describeStore(database: () => Sql): void {
  describeShares(database);
  describeRequests(database);
  describeKeys(database);
  describeFallbacks(database);
  describeTransfers(database);
  describeOutbox(database);
}
