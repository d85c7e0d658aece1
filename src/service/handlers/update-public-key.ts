/**
 * `updatePublicKey`: another key for the account. A key that is no key is refused before it can lock its owner out.
 *
 * A key that proves itself is its owner's from the start. Where proofs are required, a stranger learns nothing of others'
 * keys: the store, which knows whether a key is in use, is asked only on behalf of whoever holds it.
 */
import { type PublicKeys, type Signature, XID } from "@bc/envelope";
import { isKeyProof, type OpenedRequest, Refusal } from "@bc/share-protocol";
import { keyId } from "../../store/types.ts";
import { updatePublicKey as update } from "../../store/update-public-key.ts";
import type { Context } from "../context.ts";
import { refusalOf } from "../refusals.ts";
import type { Handler } from "./handler.ts";

export const updatePublicKey: Handler<"updatePublicKey"> = async (
  context,
  caller,
  { newPublicKey, proof },
  opened,
) => {
  if (!(await newPublicKey.isValid())) throw new Refusal("bad-key", "the new public key is no key");
  const isProven = await checkProof(context, newPublicKey, proof, opened);
  const result = await update(context.sql, caller, keyId(newPublicKey.xid().data), { isProven });
  if (result.outcome !== "ok") throw refusalOf(result, caller);
  return { result: { account: XID.fromData(result.account) }, transferPending: result.transferPending };
};

/** Whether there is a proof. @throws {Refusal} `missing-proof`, `bad-proof` */
async function checkProof(
  { identity, policy }: Context,
  newKey: PublicKeys,
  proof: Signature | undefined,
  { id, sender }: OpenedRequest,
): Promise<boolean> {
  if (proof === undefined) {
    if (policy.requireKeyProof) throw new Refusal("missing-proof");
    return false;
  }
  const isValid = await isKeyProof(proof, newKey, { id, sender: sender.xid, server: identity.xid });
  if (!isValid) throw new Refusal("bad-proof");
  return true;
}
