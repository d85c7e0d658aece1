import { callForOutcome, dataKeyArgument, identityArguments, joinIds, type Succeeded } from "./answer.ts";
import { statement } from "./functions.ts";
import type { StoreRefusal } from "./refusal-codes.ts";
import type { Sql } from "./sql.ts";
import type { Refused, RequestIdentity, ShareId } from "./types.ts";

export type DeleteSharesOutcome = Succeeded | Refused<StoreRefusal<"delete_shares">>;

/**
 * Deletes shares of the caller's account. `shareIds` null: all of them; an empty list: none. Passes over a share that
 * the account does not have, even where another account has it.
 *
 * @param formerShareIds while a rekey is under way: the same shares' IDs under the data key before.
 */
export async function deleteShares(
  sql: Sql,
  request: RequestIdentity,
  shareIds: readonly ShareId[] | null,
  formerShareIds: readonly ShareId[] = [],
): Promise<DeleteSharesOutcome> {
  const deletion = {
    ...identityArguments(request),
    ...dataKeyArgument(request),
    share_ids: joinIds(shareIds),
    former_share_ids: joinIds(formerShareIds),
  };
  return await callForOutcome(sql, statement("delete_shares", deletion));
}
