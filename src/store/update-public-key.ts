import { type AnswerRow, accountState, callForRow, identityArguments } from "./answer.ts";
import { statement } from "./functions.ts";
import type { StoreRefusal } from "./refusal-codes.ts";
import type { Sql } from "./sql.ts";
import type { AccountState, KeyId, Refused, RequestIdentity } from "./types.ts";

export type UpdatePublicKeyOutcome =
  | ({ readonly outcome: "ok" } & AccountState)
  | Refused<StoreRefusal<"update_public_key">>;

/**
 * Makes another key the account's current one and retires the one that asks. The account keeps its XID and
 * all it has, but unanswered validations are void. `key-in-use` if any account uses or has retired the new
 * key; the current key itself is `ok` and changes nothing. Either way a pending transfer is cancelled.
 *
 * `isProven`: its holder has signed for this. Else the key may be a stranger's until it names the account.
 */
export async function updatePublicKey(
  sql: Sql,
  request: RequestIdentity,
  newKey: KeyId,
  { isProven = false } = {},
): Promise<UpdatePublicKeyOutcome> {
  const update = statement("update_public_key", {
    ...identityArguments(request),
    new_key_id: newKey,
    new_key_is_proven: isProven,
  });
  const row = await callForRow<AnswerRow<UpdatePublicKeyOutcome["outcome"]>>(sql, update);
  return row.outcome === "ok"
    ? { outcome: "ok", ...accountState(row) }
    : { outcome: row.outcome, transferPending: row.transfer_pending };
}
