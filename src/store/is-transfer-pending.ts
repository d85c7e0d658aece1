import { callForRow } from "./answer.ts";
import { statement } from "./functions.ts";
import type { Sql } from "./sql.ts";
import type { ReaderIdentity } from "./types.ts";

interface Row {
  readonly is_transfer_pending: boolean;
}

/**
 * Whether somebody has asked to move an account to another key. Only the account's current key is told so; every other
 * key gets false. The answers of the other functions tell it by themselves.
 */
export async function isTransferPending(
  sql: Sql,
  { keyId, now }: Omit<ReaderIdentity, "senderXid">,
): Promise<boolean> {
  const row = await callForRow<Row>(sql, statement("is_transfer_pending", { key_id: keyId, now }));
  return row.is_transfer_pending;
}
