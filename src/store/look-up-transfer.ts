import { callForRow } from "./answer.ts";
import { statement } from "./functions.ts";
import type { Sql } from "./sql.ts";
import type { KeyId, RequestDigest, RequestKey } from "./types.ts";

/** Which transfer: the request that asked for it, and the key that the account shall move to. */
export interface AskedTransfer {
  readonly keyId: KeyId;
  readonly requestKey: RequestKey;
  readonly requestDigest: RequestDigest;
  readonly now: Date;
}

/** `challenge-void`: also when nobody has asked for such a transfer. `unknown-account`: done, and deleted since. */
export type TransferState = "processing" | "ok" | "challenge-void" | "key-in-use" | "unknown-account";

/** The state of a transfer. Starts nothing. */
export async function lookUpTransfer(sql: Sql, asked: AskedTransfer): Promise<TransferState> {
  const { keyId, requestKey, requestDigest, now } = asked;
  const transfer = { key_id: keyId, request_key: requestKey, request_digest: requestDigest, now };
  const lookUp = statement("look_up_transfer", transfer);
  const row = await callForRow<{ outcome: TransferState }>(sql, lookUp);
  return row.outcome;
}
