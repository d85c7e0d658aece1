/** `retrieveShares`: the named shares, or all. */
import { concatBytes, equalBytes, XID } from "#bc/keys";
import { retrieveShares as retrieve } from "../../store/retrieve-shares.ts";
import { shareId } from "../../store/types.ts";
import { Receipt } from "../../wire/receipt.ts";
import { Refusal } from "../../wire/refusal.ts";
import { noteFor, refused } from "../refused.ts";
import type { Handler } from "./handler.ts";

export const retrieveShares: Handler<"retrieveShares"> = async ({ sql, cipher }, caller, { receipts }) => {
  const shareIds = receipts.map((receipt) => shareId(cipher.shareId(receipt.data)));
  const which = { shareIds: receipts.length === 0 ? null : shareIds, lenient: false };
  const result = await retrieve(sql, caller, which);
  if (result.outcome === "unknown-receipt") {
    const missing = receipts[shareIds.findIndex((id) => equalBytes(id, result.missing))];
    throw new Refusal("unknown-receipt", `unknown receipt ${missing?.hex()}`, { note: noteFor(result) });
  }
  if (result.outcome !== "ok") throw refused(result, caller);
  const { account, shares, transferPending } = result;
  const opened = shares.map(async (share) => {
    const data = await cipher.shares.open(share.data, concatBytes(account, share.shareId));
    return { receipt: Receipt.of(XID.fromData(account), data), data };
  });
  return { result: await Promise.all(opened), transferPending };
};
