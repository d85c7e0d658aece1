import { callForOutcome, type Done, identityParams } from "./answer.ts";
import type { Sql } from "./sql.ts";
import type { CodeHash, Refused, RequestIdentity, TokenHash } from "./types.ts";

/** What proves that the message arrived: the code that a person types, or the token of one challenge. */
export type Proof =
  | { readonly codeHash: CodeHash; readonly tokenHash?: never }
  | { readonly codeHash?: never; readonly tokenHash: TokenHash };

export interface VerifyLimits {
  /** So many wrong codes void a challenge. */
  readonly maxTries: number;
  /** Seconds between the confirmation of a transfer and its effect. */
  readonly transferDelaySeconds: number;
}

export type VerifyFallbackResult =
  | Done
  /** `invalid-sender-key`: the token is of a challenge about another key. */
  | Refused<
      | "wrong-code"
      | "too-many-attempts"
      | "challenge-void"
      | "fallback-in-use"
      | "key-in-use"
      | "invalid-sender-key"
      | "id-reused"
    >;

/**
 * Confirms a validation or a transfer. Counts only with the key that the challenge is about: the account's
 * current key for a validation, the new key for a transfer.
 */
export async function verifyFallback(
  sql: Sql,
  request: RequestIdentity,
  proof: Proof,
  { maxTries, transferDelaySeconds }: VerifyLimits,
): Promise<VerifyFallbackResult> {
  return await callForOutcome(sql, "verify_fallback", [
    ...identityParams(request),
    proof.codeHash ?? null,
    proof.tokenHash ?? null,
    maxTries,
    transferDelaySeconds,
  ]);
}
