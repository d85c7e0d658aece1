/** `deleteAccount`: shares, fallback, keys, everything. */
import { deleteAccount as remove } from "../../store/delete-account.ts";
import { refusalOf } from "../refusals.ts";
import type { Handler } from "./handler.ts";

export const deleteAccount: Handler<"deleteAccount"> = async ({ sql }, caller) => {
  const result = await remove(sql, caller);
  if (result.outcome !== "ok") throw refusalOf(result, caller);
  return { result: undefined, transferPending: result.transferPending };
};
