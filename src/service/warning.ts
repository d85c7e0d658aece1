/** What every answer to an account's current key tells, so that a takeover does not go unseen. */

import type { OpenedRequest } from "@bc/share-protocol";
import { Refusal } from "@bc/share-protocol";
import { isTransferPending } from "../store/is-transfer-pending.ts";
import { keyIdOf } from "./caller.ts";
import type { Context } from "./context.ts";

const TRANSFER_WARNING =
  "A transfer of this account to another key is pending. If you did not ask for it, cancel it: " +
  "updateFallback, updatePublicKey and deleteAccount each do.";

/** Null: there is nothing to warn of. */
export function noteFor({ transferPending }: { readonly transferPending: boolean }): string | null {
  return transferPending ? TRANSFER_WARNING : null;
}

/** For an answer that was made without the account. A store that does not answer now does not change it. */
export async function lookUpNote({ sql, now }: Context, opened: OpenedRequest): Promise<string | null> {
  const asking = isTransferPending(sql, { keyId: keyIdOf(opened), now: now() });
  return noteFor({ transferPending: await asking.catch(() => false) });
}

/** The same refusal, with the warning if it was made before the store could tell. */
export async function withWarning(
  context: Context,
  opened: OpenedRequest,
  refusal: Refusal,
): Promise<Refusal> {
  const { code, message: text, note } = refusal;
  if (note !== undefined || code === "unavailable") return refusal;
  return new Refusal(code, text, { cause: refusal, note: await lookUpNote(context, opened) });
}
