/** `updatePublicKey`: another key for the account. A key that is no key is refused before it can lock its owner out. */
import { XID } from "@bc/envelope";
import { Refusal } from "@bc/share-protocol";
import { keyId } from "../../store/types.ts";
import { updatePublicKey as update } from "../../store/update-public-key.ts";
import { refusalOf } from "../refusals.ts";
import type { Handler } from "./handler.ts";

export const updatePublicKey: Handler<"updatePublicKey"> = async ({ sql }, caller, { newPublicKey }) => {
  if (!(await newPublicKey.isValid())) throw new Refusal("bad-key", "the new public key is no key");
  const result = await update(sql, caller, keyId(newPublicKey.xid().data));
  if (result.outcome !== "ok") throw refusalOf(result, caller);
  return { result: { account: XID.fromData(result.account) }, transferPending: result.transferPending };
};
