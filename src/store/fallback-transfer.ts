import { callForRow, dataKeyArgument, identityArguments, presentXid, rateLimited } from "./answer.ts";
import { challengeArguments, type NamedContact, type NewChallenge } from "./contact-challenge.ts";
import { statement } from "./functions.ts";
import type { StoreRefusal } from "./refusal-codes.ts";
import type { Sql } from "./sql.ts";
import type { AccountXid, ChallengeLimits, RateLimited, RequestIdentity } from "./types.ts";

export type FallbackTransferOutcome =
  | {
      readonly outcome: "processing";
      /**
       * Whether an account has the contact; null when the same request is asked again. Only for vocabularies
       * that must tell: an answer to the public must not depend on it.
       */
      readonly contactKnown: boolean | null;
      /** From when on the key has the account, once the contact has confirmed. */
      readonly effectiveAt?: Date;
    }
  /** The transfer this request asked for has taken effect. */
  | { readonly outcome: "ok"; readonly account: AccountXid }
  | { readonly outcome: StoreRefusal<"fallback_transfer", "rate-limited"> }
  | RateLimited;

interface Row {
  readonly outcome: FallbackTransferOutcome["outcome"];
  readonly account: Uint8Array | null;
  readonly contact_known: boolean | null;
  readonly retry_after: Date | null;
  readonly effective_at: Date | null;
}

/**
 * Asks a contact whether its account shall move to the key that signs. A contact that nobody has gets a
 * decoy: the same work, the same answers, no message. The same request asked again starts nothing and tells
 * how the transfer stands. A new request of the same key replaces its earlier one. `key-in-use`: an account has the
 * key or has retired it, by now or already when it asked.
 */
export async function fallbackTransfer(
  sql: Sql,
  request: RequestIdentity,
  contact: NamedContact,
  challenge: NewChallenge,
  limits: ChallengeLimits,
): Promise<FallbackTransferOutcome> {
  const transfer = {
    ...identityArguments(request),
    ...dataKeyArgument(request),
    ...challengeArguments({ contact, challenge }, limits),
  };
  const row = await callForRow<Row>(sql, statement("fallback_transfer", transfer));
  switch (row.outcome) {
    case "processing":
      return {
        outcome: "processing",
        contactKnown: row.contact_known,
        ...(row.effective_at && { effectiveAt: row.effective_at }),
      };
    case "ok":
      return { outcome: "ok", account: presentXid(row.account) };
    case "rate-limited":
      return rateLimited(row);
    default:
      return { outcome: row.outcome };
  }
}
