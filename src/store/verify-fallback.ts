import { callForOutcome, dataKeyArgument, identityArguments, type Succeeded } from "./answer.ts";
import { statement } from "./functions.ts";
import type { StoreRefusal } from "./refusal-codes.ts";
import type { Sql } from "./sql.ts";
import type { CodeHash, Refused, RequestIdentity } from "./types.ts";

export interface VerifyLimits {
  /** So many wrong codes void a challenge. */
  readonly maxTries: number;
  /** Seconds between the confirmation of a transfer and its effect. */
  readonly transferDelaySeconds: number;
}

export type VerifyFallbackOutcome = Succeeded | Refused<StoreRefusal<"verify_fallback">>;

/**
 * Confirms a validation or a transfer, by the code that a person types. Counts only with the key that the challenge is
 * for: the account's current key for a validation, the new key for a transfer.
 *
 * @param formerCode while a rekey is under way: the same code's hash under the data key before.
 */
export async function verifyFallback(
  sql: Sql,
  request: RequestIdentity,
  code: CodeHash,
  { maxTries, transferDelaySeconds }: VerifyLimits,
  formerCode?: CodeHash,
): Promise<VerifyFallbackOutcome> {
  const verification = statement("verify_fallback", {
    ...identityArguments(request),
    ...dataKeyArgument(request),
    code_hash: code,
    former_code_hash: formerCode ?? null,
    max_tries: maxTries,
    transfer_delay_seconds: transferDelaySeconds,
  });
  return await callForOutcome(sql, verification);
}
