import { type AnswerRow, accountState, call, dataKeyArgument, joinIds, readerArguments } from "./answer.ts";
import { statement } from "./functions.ts";
import type { StoreRefusal } from "./refusal-codes.ts";
import type { Sql } from "./sql.ts";
import { StoreError } from "./sql.ts";
import { type AccountState, type ReaderIdentity, type Refused, type ShareId, shareId } from "./types.ts";

export interface StoredShare {
  readonly shareId: ShareId;
  /** Ciphertext. */
  readonly data: Uint8Array;
}

export interface WhichShares {
  /** Null: all of them. An empty list: none. */
  readonly shareIds: readonly ShareId[] | null;
  /** While a rekey is under way: the same shares' IDs under the data key before. A share is found by either. */
  readonly formerShareIds?: readonly ShareId[] | undefined;
  /** Leave out what the account does not have, rather than refuse. */
  readonly lenient: boolean;
}

export type RetrieveSharesOutcome =
  | ({ readonly outcome: "ok"; readonly shares: readonly StoredShare[] } & AccountState)
  | (Refused<"unknown-receipt"> & { readonly missing: ShareId })
  | Refused<StoreRefusal<"retrieve_shares", "unknown-receipt">>;

interface Row extends AnswerRow<RetrieveSharesOutcome["outcome"]> {
  readonly share_id: Uint8Array | null;
  readonly data: Uint8Array | null;
}

/**
 * Reads shares, in the order in which they were stored. Where the account lacks one of the named shares, a lenient call
 * leaves it out; any other call gets no share at all, and `missing` is the first that the account lacks. It makes no
 * difference whether another account has it. Uses no request ID and remembers nothing.
 */
export async function retrieveShares(
  sql: Sql,
  reader: ReaderIdentity,
  which: WhichShares,
): Promise<RetrieveSharesOutcome> {
  const retrieval = statement("retrieve_shares", {
    ...readerArguments(reader),
    ...dataKeyArgument(reader),
    share_ids: joinIds(which.shareIds),
    former_share_ids: joinIds(which.formerShareIds ?? null),
    lenient: which.lenient,
  });
  const rows = await call<Row>(sql, retrieval);
  const [answer] = rows;
  if (answer === undefined) throw new StoreError("unavailable", "retrieve_shares returned no answer");
  const transferPending = answer.transfer_pending;
  switch (answer.outcome) {
    case "ok":
      return { outcome: "ok", ...accountState(answer), shares: rows.flatMap(shareOf) };
    case "unknown-receipt":
      return { outcome: "unknown-receipt", transferPending, missing: present(answer.share_id) };
    default:
      return { outcome: answer.outcome, transferPending };
  }
}

function shareOf({ share_id, data }: Row): StoredShare[] {
  return data === null ? [] : [{ shareId: present(share_id), data }];
}

function present(id: Uint8Array | null): ShareId {
  if (id === null) throw new StoreError("unavailable", "a share came without its id");
  return shareId(id);
}
