import { type AnswerRow, callForRow, identityParams, standing } from "./answer.ts";
import type { Sql } from "./sql.ts";
import type { AccountXid, Refused, RequestIdentity, RequestRefusal, ShareId, Standing } from "./types.ts";

export interface NewShare {
  /** The account that `shareId` and `data` were made for: receipt and encryption are bound to it. */
  readonly forXid: AccountXid;
  readonly shareId: ShareId;
  /** Ciphertext. */
  readonly data: Uint8Array;
  /** Bytes of plaintext; this is what the quotas count. */
  readonly size: number;
}

export interface ShareLimits {
  /** Bytes. */
  readonly maxShareBytes: number;
  readonly maxShares: number;
  /** Bytes. */
  readonly maxAccountBytes: number;
}

export type StoreShareResult =
  | ({ readonly outcome: "ok" } & Standing)
  /**
   * The key's account has another XID than `forXid`. Nothing was done or remembered: make the share for this
   * account and call again. It happens to a wallet that names itself by its own key after a key change.
   */
  | { readonly outcome: "other-account"; readonly account: AccountXid }
  | Refused<RequestRefusal | "share-too-large" | "too-many-shares" | "account-full">;

/**
 * Stores a share, and opens the account if the key is unknown. Storing a share that is there already changes
 * nothing, costs no quota and is `ok`. The receipt belongs to the `account` of the answer.
 */
export async function storeShare(
  sql: Sql,
  request: RequestIdentity,
  share: NewShare,
  limits: ShareLimits,
): Promise<StoreShareResult> {
  const row = await callForRow<AnswerRow<StoreShareResult["outcome"]>>(sql, "store_share", [
    ...identityParams(request),
    share.forXid,
    share.shareId,
    share.data,
    share.size,
    limits.maxShareBytes,
    limits.maxShares,
    limits.maxAccountBytes,
  ]);
  switch (row.outcome) {
    case "ok":
      return { outcome: "ok", ...standing(row) };
    case "other-account":
      return { outcome: "other-account", account: standing(row).account };
    default:
      return { outcome: row.outcome, transferPending: row.transfer_pending };
  }
}
