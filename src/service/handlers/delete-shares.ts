/** `deleteShares`: the named shares, or all. */
import { deleteShares as remove } from "../../store/delete-shares.ts";
import { shareId } from "../../store/types.ts";
import { refusalOf } from "../refusals.ts";
import type { Handler } from "./handler.ts";

export const deleteShares: Handler<"deleteShares"> = async ({ sql, cipher }, caller, { receipts }) => {
  const shareIds = receipts.map((receipt) => shareId(cipher.shareId(receipt.data)));
  const result = await remove(sql, caller, receipts.length === 0 ? null : shareIds);
  if (result.outcome !== "ok") throw refusalOf(result, caller);
  return { result: undefined, transferPending: result.transferPending };
};
