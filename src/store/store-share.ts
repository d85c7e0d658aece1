import {
  type AnswerRow,
  accountState,
  callForRow,
  dataKeyArgument,
  identityArguments,
  type NamesOtherAccount,
  namesOtherAccount,
  newcomerArguments,
} from "./answer.ts";
import { statement } from "./functions.ts";
import type { StoreRefusal } from "./refusal-codes.ts";
import type { Sql } from "./sql.ts";
import type { AccountState, RateLimited, Refused, RequestIdentity, ShareId } from "./types.ts";

export interface NewShare {
  readonly shareId: ShareId;
  /** While a rekey is under way: its ID under the data key before. */
  readonly formerShareId?: ShareId | undefined;
  /** Ciphertext. */
  readonly data: Uint8Array;
  /** Bytes of plaintext; this is what the quotas count. */
  readonly size: number;
}

/** How much an account may have. */
export interface Quotas {
  /** Bytes. */
  readonly maxShareBytes: number;
  readonly maxShares: number;
  /** Bytes. */
  readonly maxAccountBytes: number;
}

export type StoreShareOutcome =
  | ({ readonly outcome: "ok" } & AccountState)
  | NamesOtherAccount
  | Refused<StoreRefusal<"store_share", "not-account-key" | "rate-limited">>
  /** The network has opened as many accounts as it may. */
  | (RateLimited & Pick<AccountState, "transferPending">);

/**
 * Stores a share in the account that the sender names, and opens that account if the key is unknown. To store a share
 * again changes nothing, costs no quota and is `ok`. The receipt and the ciphertext must be made for the sender's XID.
 */
export async function storeShare(
  sql: Sql,
  request: RequestIdentity,
  share: NewShare,
  quotas: Quotas,
): Promise<StoreShareOutcome> {
  const storing = statement("store_share", {
    ...identityArguments(request),
    ...dataKeyArgument(request),
    share_id: share.shareId,
    former_share_id: share.formerShareId ?? null,
    data: share.data,
    size: share.size,
    max_share_bytes: quotas.maxShareBytes,
    max_shares: quotas.maxShares,
    max_account_bytes: quotas.maxAccountBytes,
  });
  const row = await callForRow<AnswerRow<StoreShareOutcome["outcome"]>>(sql, storing);
  switch (row.outcome) {
    case "ok":
      return { outcome: "ok", ...accountState(row) };
    case "not-account-key":
      return namesOtherAccount(row);
    case "rate-limited":
      return { ...(await newcomersUntil(sql, request)), transferPending: false };
    default:
      return { outcome: row.outcome, transferPending: row.transfer_pending };
  }
}

async function newcomersUntil(sql: Sql, { newcomers, now }: RequestIdentity): Promise<RateLimited> {
  const asking = { ...newcomerArguments(newcomers), now };
  const row = await callForRow<{ newcomers_until: Date | null }>(sql, statement("newcomers_until", asking));
  return { outcome: "rate-limited", retryAfter: row.newcomers_until ?? now };
}
