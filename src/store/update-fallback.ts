import {
  type AnswerRow,
  callForRow,
  dataKeyArgument,
  identityArguments,
  type NamesOtherAccount,
  namesOtherAccount,
  rateLimited,
  type Succeeded,
} from "./answer.ts";
import { challengeArguments, type NamedContact, type NewChallenge } from "./contact-challenge.ts";
import { statement } from "./functions.ts";
import type { StoreRefusal } from "./refusal-codes.ts";
import type { Sql } from "./sql.ts";
import type { AccountState, ChallengeLimits, RateLimited, Refused, RequestIdentity } from "./types.ts";

export type UpdateFallbackOutcome =
  | Succeeded
  | NamesOtherAccount
  | Refused<StoreRefusal<"update_fallback", "not-account-key" | "rate-limited">>
  | (RateLimited & Pick<AccountState, "transferPending">);

type Row = AnswerRow<UpdateFallbackOutcome["outcome"]> & { readonly retry_after: Date | null };

/**
 * Sets the account's contact, or with null removes it. A new contact does not count until its challenge is confirmed,
 * and until then the old one does; the store puts the message with the challenge into the outbox. A contact that is
 * validated already stays so, and gets no message. Each of these cancels a pending transfer. A key that was never proven has
 * to name the account by its XID.
 */
export async function updateFallback(
  sql: Sql,
  request: RequestIdentity,
  change: { readonly contact: NamedContact; readonly challenge: NewChallenge } | null,
  limits: ChallengeLimits,
): Promise<UpdateFallbackOutcome> {
  const update = {
    ...identityArguments(request),
    ...dataKeyArgument(request),
    ...challengeArguments(change, limits),
  };
  const row = await callForRow<Row>(sql, statement("update_fallback", update));
  const { outcome, transfer_pending: transferPending } = row;
  switch (outcome) {
    case "rate-limited":
      return { ...rateLimited(row), transferPending };
    case "not-account-key":
      return namesOtherAccount(row);
    default:
      return { outcome, transferPending };
  }
}
