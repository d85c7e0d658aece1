import { callForRow } from "./answer.ts";
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
export type TransferStanding = "processing" | "ok" | "challenge-void" | "key-in-use" | "unknown-account";

/** How a transfer stands. Starts nothing. */
export async function lookUpTransfer(sql: Sql, asked: AskedTransfer): Promise<TransferStanding> {
  const { keyId, requestKey, requestDigest, now } = asked;
  const params = [keyId, requestKey, requestDigest, now];
  const row = await callForRow<{ look_up_transfer: TransferStanding }>(sql, "look_up_transfer", params);
  return row.look_up_transfer;
}
