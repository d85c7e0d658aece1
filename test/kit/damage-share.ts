import { expect } from "vitest";
import type { StorageCipher } from "../../src/service/storage-cipher.ts";
import type { Sql } from "../../src/store/sql.ts";

/** Bits before the data of a stored share: its header, its nonce and its receipt. */
const BEFORE_DATA = 8 * (5 + 12 + 48);
const IN_THE_DATA = BEFORE_DATA + 4;
/** Beside the data of a share: its receipt. */
export const IN_THE_RECEIPT = BEFORE_DATA - 4;

/**
 * Flips one bit of a stored share, as a bad disk may.
 *
 * @param sql of the tables' owner. @param bit counted from the start of what is stored.
 */
export async function damageShare(
  sql: Sql,
  cipher: Pick<StorageCipher, "shareId">,
  receipt: { readonly data: Uint8Array },
  bit = IN_THE_DATA,
): Promise<void> {
  const flip = "update store.share set data = set_bit(data, $2::int, 1 - get_bit(data, $2::int))";
  const rows = await sql(`${flip} where share_id = $1 returning 1`, [cipher.shareId(receipt.data), bit]);
  expect(rows).toHaveLength(1);
}
