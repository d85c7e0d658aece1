import { callForRow } from "./answer.ts";
import { statement } from "./functions.ts";
import type { Sql } from "./sql.ts";
import type { ReaderIdentity } from "./types.ts";

interface Row {
  readonly is_transfer_pending: boolean;
}

/**
 * Whether somebody has asked to move the account whose current key this is to another. False for keys that are no
 * account's current one, so that nobody else learns of it. The answers of the other functions tell it by themselves.
 */
export async function isTransferPending(
  sql: Sql,
  { keyId, now }: Omit<ReaderIdentity, "senderXid">,
): Promise<boolean> {
  const row = await callForRow<Row>(sql, statement("is_transfer_pending", { key_id: keyId, now }));
  return row.is_transfer_pending;
}
