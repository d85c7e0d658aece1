import { type AnswerRow, callForRow, identityParams, standing } from "./answer.ts";
import type { Sql } from "./sql.ts";
import {
  type AccountXid,
  accountXid,
  type Refused,
  type RequestIdentity,
  type RequestRefusal,
  type ShareId,
  type Standing,
} from "./types.ts";

export interface NewShare {
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
  /** `account`: the one whose current key this is, when the sender named another. */
  | (Refused<"not-account-key"> & { readonly account: AccountXid | null })
  | Refused<
      Exclude<RequestRefusal, "not-account-key"> | "share-too-large" | "too-many-shares" | "account-full"
    >;

/**
 * Stores a share in the account that the sender names, and opens it if the key is unknown. Storing a share that is there already changes
 * nothing, costs no quota and is `ok`. The receipt and the ciphertext must be made for the sender's XID.
 */
export async function storeShare(
  sql: Sql,
  request: RequestIdentity,
  share: NewShare,
  limits: ShareLimits,
): Promise<StoreShareResult> {
  const row = await callForRow<AnswerRow<StoreShareResult["outcome"]>>(sql, "store_share", [
    ...identityParams(request),
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
    case "not-account-key": {
      const account = row.account && accountXid(row.account);
      return { outcome: row.outcome, account, transferPending: row.transfer_pending };
    }
    default:
      return { outcome: row.outcome, transferPending: row.transfer_pending };
  }
}
