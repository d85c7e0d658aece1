/** What every answer to an account's current key tells, so that its owner notices a takeover. */
import type { OpenedRequest } from "@bc/share-protocol";
import { isTransferPending } from "../store/is-transfer-pending.ts";
import { keyIdOf } from "./caller.ts";
import type { Context } from "./context.ts";

const WARNING =
  "A transfer of this account to another key is pending. If you did not ask for it, cancel it: " +
  "updateFallback, updatePublicKey and deleteAccount each do.";

/** What is known when an answer is made. Absent: nobody has asked the store about transfers. */
export type TransferKnowledge = { readonly transferPending?: boolean | undefined };

/**
 * The note for an answer to this request. Most store functions tell of a pending transfer beside their outcome. Where
 * the answer was decided without the account, this asks the store.
 */
export async function transferWarning(
  context: Context,
  opened: OpenedRequest,
  { transferPending }: TransferKnowledge,
): Promise<string | undefined> {
  return (transferPending ?? (await lookUpPending(context, opened))) ? WARNING : undefined;
}

/** If the store fails now, the answer goes out without the warning. */
async function lookUpPending({ sql, now }: Context, opened: OpenedRequest): Promise<boolean> {
  return isTransferPending(sql, { keyId: keyIdOf(opened), now: now() }).catch(() => false);
}
