/**
 * `storeShare`: opens the account on first use, keeps the share, gives its receipt.
 *
 * To read, a sender may name itself by its key; to store, it must name the account. Whoever has seen a key can give it
 * to an account of their own, by updatePublicKey. A wallet that named itself by that key would hand them its share.
 */
import { XID } from "@bc/envelope";
import { Receipt } from "@bc/share-protocol";
import { storeShare as store } from "../../store/store-share.ts";
import { shareId } from "../../store/types.ts";
import { contextOf } from "../open-share.ts";
import { refusalOf, refusalToName } from "../refusals.ts";
import { formerShareIdsOf } from "../share-ids.ts";
import type { Handler } from "./handler.ts";

export const storeShare: Handler<"storeShare"> = async ({ sql, cipher, policy }, caller, { data }) => {
  const receipt = Receipt.of(XID.fromData(caller.senderXid), data);
  const id = shareId(cipher.shareId(receipt.data));
  const context = contextOf(caller.senderXid, id);
  const encrypted = await cipher.shares.encrypt({ data, receipt: receipt.data }, context);
  const [formerShareId] = formerShareIdsOf(cipher, [receipt]) ?? [];
  const share = { shareId: id, formerShareId, data: encrypted, size: data.length };
  const result = await store(sql, caller, share, policy.quotas);
  if (result.outcome === "not-account-key") throw refusalToName(result, "to store", caller);
  if (result.outcome !== "ok") throw refusalOf(result, caller);
  return { result: receipt, transferPending: result.transferPending };
};
