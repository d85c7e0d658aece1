import type { Sql } from "./sql.ts";
import { type AccountXid, accountXid, type ShareId, shareId } from "./types.ts";

/** Where a share is among all shares of all accounts. */
export interface SharePlace {
  readonly account: AccountXid;
  readonly shareId: ShareId;
}

export interface PlacedShare extends SharePlace {
  /** Ciphertext. */
  readonly data: Uint8Array;
}

interface Row {
  readonly xid: Uint8Array;
  readonly share_id: Uint8Array;
  readonly data: Uint8Array;
}

/**
 * The next shares of all accounts, in the order of their places. For the operator, as the role that owns the table: the
 * server's role can read no table, and so can list no accounts.
 *
 * @param after undefined: from the first on.
 */
export async function nextShares(
  sql: Sql,
  after: SharePlace | undefined,
  limit: number,
): Promise<readonly PlacedShare[]> {
  const nothing = new Uint8Array();
  const rows = await sql<Row>(
    `select xid, share_id, data from store.share where (xid, share_id) > ($1::bytea, $2::bytea)
     order by xid, share_id limit $3::int`,
    [after?.account ?? nothing, after?.shareId ?? nothing, limit],
  );
  return rows.map(({ xid, share_id, data }) => ({
    account: accountXid(xid),
    shareId: shareId(share_id),
    data,
  }));
}
