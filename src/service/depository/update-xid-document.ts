/** `updateXIDDocument`: as `updatePublicKey`, with the key of a new document of the same account. */
import { equalBytes, type PublicKeys } from "@bc/envelope";
import type { XidDocument } from "@bc/share-protocol";
import { Refusal } from "@bc/share-protocol";
import { retrieveShares } from "../../store/retrieve-shares.ts";
import type { RequestIdentity } from "../../store/types.ts";
import type { Context } from "../context.ts";
import type { Handler } from "../handlers/handler.ts";
import { updatePublicKey } from "../handlers/update-public-key.ts";

export const updateXIDDocument: Handler<"updateXIDDocument"> = async (
  context,
  caller,
  { newXIDDocument },
  opened,
) => {
  const newPublicKey = keyOf(newXIDDocument);
  await expectOwn(context, caller, newXIDDocument);
  const { transferPending } = await updatePublicKey(context, caller, { newPublicKey }, opened);
  return { result: undefined, transferPending };
};

/** The inception key, or else the only key. Of several others none is better than the next. */
function keyOf({ xid, keys }: XidDocument): PublicKeys {
  const inception = keys.find((key) => xid.validates(key.signing));
  const [only, ...others] = keys;
  const key = inception ?? (others.length === 0 ? only : undefined);
  if (key === undefined) {
    throw new Refusal("bad-parameter", "the document must have its inception key, or exactly one other key");
  }
  return key;
}

/**
 * Refuses a document of another XID than the account's: with it the owner could not make themselves known again. A key
 * never changes its account, so the account may be looked up before the update. A sender who has no account, or none
 * any more, gets the update's own answer.
 */
async function expectOwn({ sql }: Context, caller: RequestIdentity, { xid }: XidDocument): Promise<void> {
  const known = await retrieveShares(sql, caller, { shareIds: [], lenient: true });
  if (known.outcome === "ok" && !equalBytes(known.account, xid.data)) {
    throw new Refusal("not-account-key", "the document is of another XID");
  }
}
