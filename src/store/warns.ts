import { callForRow } from "./answer.ts";
import type { Sql } from "./sql.ts";
import type { Reader } from "./types.ts";

/**
 * Whether somebody has asked to move the account whose current key this is to another. False for keys that are no
 * account's current one, so that nobody else learns of it. The answers of the other functions tell it by themselves.
 */
export async function isTransferPending(
  sql: Sql,
  { keyId, now }: Omit<Reader, "senderXid">,
): Promise<boolean> {
  const { warns } = await callForRow<{ readonly warns: boolean }>(sql, "warns", [keyId, now]);
  return warns;
}
