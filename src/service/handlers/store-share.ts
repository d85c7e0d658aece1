/**
 * `storeShare`: opens the account on first use, keeps the share, gives its receipt.
 *
 * The receipt and the encryption are bound to the account's XID. A wallet that has changed its key may name
 * itself by the new key instead; the store then says which account it is, and is asked once more.
 */
import { concatBytes, XID } from "#bc/keys";
import { storeShare as store } from "../../store/store-share.ts";
import { type AccountXid, type RequestIdentity, shareId } from "../../store/types.ts";
import { Receipt } from "../../wire/receipt.ts";
import type { Context } from "../context.ts";
import { refused } from "../refused.ts";
import type { Handler } from "./handler.ts";

export const storeShare: Handler<"storeShare"> = async (context, caller, { data }) => {
  let result = await storeFor(context, caller, caller.senderXid, data);
  if (result.outcome === "other-account") result = await storeFor(context, caller, result.account, data);
  if (result.outcome === "other-account") throw new TypeError("the account changed its XID");
  if (result.outcome !== "ok") throw refused(result, caller);
  const receipt = Receipt.of(XID.fromData(result.account), data);
  return { result: receipt, transferPending: result.transferPending };
};

async function storeFor(
  { sql, cipher, policy }: Context,
  caller: RequestIdentity,
  account: AccountXid,
  data: Uint8Array,
) {
  const name = shareId(cipher.shareId(Receipt.of(XID.fromData(account), data).data));
  const sealed = await cipher.shares.seal(data, concatBytes(account, name));
  return store(
    sql,
    caller,
    { forXid: account, shareId: name, data: sealed, size: data.length },
    policy.quotas,
  );
}
