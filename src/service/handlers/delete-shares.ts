/** `deleteShares`: the named shares, or all. */
import { deleteShares as remove } from "../../store/delete-shares.ts";
import { refusalOf } from "../refusals.ts";
import { formerShareIdsOf, shareIdsOf } from "../share-ids.ts";
import type { Handler } from "./handler.ts";

export const deleteShares: Handler<"deleteShares"> = async ({ sql, cipher }, caller, { receipts }) => {
  const shareIds = shareIdsOf(cipher, receipts);
  const formerShareIds = formerShareIdsOf(cipher, receipts);
  const result = await remove(sql, caller, receipts.length === 0 ? null : shareIds, formerShareIds);
  if (result.outcome !== "ok") throw refusalOf(result, caller);
  return { result: undefined, transferPending: result.transferPending };
};
