import { callForOutcome, identityArguments, type Succeeded } from "./answer.ts";
import { challengeArguments, type NewChallenge, type StoredContact } from "./contact-challenge.ts";
import { statement } from "./functions.ts";
import type { Sql } from "./sql.ts";
import type { ChallengeLimits, Refused, RequestIdentity, RequestRefusal } from "./types.ts";

export type UpdateFallbackOutcome = Succeeded | Refused<RequestRefusal | "rate-limited">;

/**
 * Sets (or with null removes) the account's contact. A new one is a mere claim, and the old one goes on
 * counting, until the challenge is confirmed; the message that asks is put into the outbox. The contact that
 * is validated already stays so, and nothing is sent. Whatever it does, it cancels a pending transfer.
 */
export async function updateFallback(
  sql: Sql,
  request: RequestIdentity,
  change: { readonly contact: StoredContact; readonly challenge: NewChallenge } | null,
  limits: ChallengeLimits,
): Promise<UpdateFallbackOutcome> {
  const update = { ...identityArguments(request), ...challengeArguments(change, limits) };
  return await callForOutcome(sql, statement("update_fallback", update));
}
