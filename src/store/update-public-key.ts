import { type AnswerRow, callForRow, identityParams, standing } from "./answer.ts";
import type { Sql } from "./sql.ts";
import type { KeyId, Refused, RequestIdentity, RequestRefusal, Standing } from "./types.ts";

export type UpdatePublicKeyResult =
  | ({ readonly outcome: "ok" } & Standing)
  | Refused<RequestRefusal | "key-in-use">;

/**
 * Makes another key the account's current one and retires the one that asks. The account keeps its XID and
 * all it has, but unanswered validations are void. `key-in-use` if any account uses or has retired the new
 * key; the current key itself is `ok` and changes nothing. Either way a pending transfer is cancelled.
 */
export async function updatePublicKey(
  sql: Sql,
  request: RequestIdentity,
  newKey: KeyId,
): Promise<UpdatePublicKeyResult> {
  const row = await callForRow<AnswerRow<UpdatePublicKeyResult["outcome"]>>(sql, "update_public_key", [
    ...identityParams(request),
    newKey,
  ]);
  return row.outcome === "ok"
    ? { outcome: "ok", ...standing(row) }
    : { outcome: row.outcome, transferPending: row.transfer_pending };
}
