import { callForOutcome, type Done, identityParams, joinIds } from "./answer.ts";
import type { Sql } from "./sql.ts";
import type { Refused, RequestIdentity, RequestRefusal, ShareId } from "./types.ts";

export type DeleteSharesResult = Done | Refused<RequestRefusal>;

/**
 * Deletes shares of the caller's account. `shareIds` null: all of them; an empty list: none. What the account
 * does not have is passed over, whoever else may have it.
 */
export async function deleteShares(
  sql: Sql,
  request: RequestIdentity,
  shareIds: readonly ShareId[] | null,
): Promise<DeleteSharesResult> {
  return await callForOutcome(sql, "delete_shares", [...identityParams(request), joinIds(shareIds)]);
}
