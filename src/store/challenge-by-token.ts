/** Challenges as the confirmation page has them: by a token, without a key. */
import { call, callForRow, presentXid } from "./answer.ts";
import type { ChallengePurpose } from "./contact-challenge.ts";
import { statement } from "./functions.ts";
import type { StoreRefusal } from "./refusal-codes.ts";
import type { Sql } from "./sql.ts";
import {
  type AccountXid,
  type ContactHmac,
  contactHmac,
  type KeyId,
  keyId,
  type TokenHash,
} from "./types.ts";

export interface FoundChallenge {
  readonly purpose: ChallengePurpose;
  readonly account: AccountXid;
  /** The key that asks: of a transfer, the new one. */
  readonly keyId: KeyId;
  readonly contactHmac: ContactHmac;
  /** Null when the account has no such contact any more. */
  readonly contactCiphertext: Uint8Array | null;
  readonly contactKind: string | null;
  /**
   * `confirmed`: a transfer that waits for `effectiveAt`. `void`: expired, cancelled or guessed at too often.
   */
  readonly state: "open" | "confirmed" | "done" | "void";
  readonly expiresAt: Date;
  readonly effectiveAt: Date | null;
}

interface Row {
  readonly account: Uint8Array | null;
  readonly key_id: Uint8Array;
  readonly purpose: ChallengePurpose;
  readonly contact_kind: string | null;
  readonly contact_ciphertext: Uint8Array | null;
  readonly contact_hmac: Uint8Array;
  readonly state: FoundChallenge["state"];
  readonly expires_at: Date;
  readonly effective_at: Date | null;
}

/** The challenge with this token; null where there is none. Changes nothing, so a mail scanner may follow the link. */
export async function lookUpToken(sql: Sql, token: TokenHash, now: Date): Promise<FoundChallenge | null> {
  const [row] = await call<Row>(sql, statement("look_up_token", { token_hash: token, now }));
  if (row === undefined) return null;
  return {
    purpose: row.purpose,
    account: presentXid(row.account),
    keyId: keyId(row.key_id),
    contactHmac: contactHmac(row.contact_hmac),
    contactCiphertext: row.contact_ciphertext,
    contactKind: row.contact_kind,
    state: row.state,
    expiresAt: row.expires_at,
    effectiveAt: row.effective_at,
  };
}

export type ConfirmOutcome =
  | {
      readonly outcome: "ok";
      readonly account: AccountXid;
      readonly purpose: ChallengePurpose;
      /** For a transfer that waits. */
      readonly effectiveAt: Date | null;
    }
  | { readonly outcome: StoreRefusal<"confirm_by_token"> };

interface ConfirmRow {
  readonly outcome: ConfirmOutcome["outcome"];
  readonly account: Uint8Array | null;
  readonly purpose: ChallengePurpose;
  readonly effective_at: Date | null;
}

/** Confirms the challenge with this token. A second time is `ok` too, and changes nothing. */
export async function confirmByToken(
  sql: Sql,
  token: TokenHash,
  now: Date,
  transferDelaySeconds: number,
): Promise<ConfirmOutcome> {
  const confirmation = { token_hash: token, now, transfer_delay_seconds: transferDelaySeconds };
  const row = await callForRow<ConfirmRow>(sql, statement("confirm_by_token", confirmation));
  if (row.outcome !== "ok") return { outcome: row.outcome };
  return {
    outcome: "ok",
    account: presentXid(row.account),
    purpose: row.purpose,
    effectiveAt: row.effective_at,
  };
}
