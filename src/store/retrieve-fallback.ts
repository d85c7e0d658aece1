import { type AnswerRow, accountState, callForRow, readerArguments } from "./answer.ts";
import type { StoredContact } from "./contact-challenge.ts";
import { statement } from "./functions.ts";
import type { StoreRefusal } from "./refusal-codes.ts";
import type { Sql } from "./sql.ts";
import { type AccountState, contactHmac, type ReaderIdentity, type Refused } from "./types.ts";

export type RetrieveFallbackOutcome =
  | ({
      readonly outcome: "ok";
      readonly fallback: (StoredContact & { readonly validated: boolean }) | null;
    } & AccountState)
  | Refused<StoreRefusal<"retrieve_fallback">>;

interface Row extends AnswerRow<RetrieveFallbackOutcome["outcome"]> {
  readonly contact_hmac: Uint8Array | null;
  readonly contact_ciphertext: Uint8Array | null;
  readonly contact_kind: string | null;
  readonly validated: boolean | null;
}

/**
 * The contact that the wallet set last, and whether it counts yet. While a new contact waits to be validated the store
 * tells the new one, though the old one still counts. Uses no request ID and remembers nothing.
 */
export async function retrieveFallback(sql: Sql, reader: ReaderIdentity): Promise<RetrieveFallbackOutcome> {
  const row = await callForRow<Row>(sql, statement("retrieve_fallback", readerArguments(reader)));
  if (row.outcome !== "ok") return { outcome: row.outcome, transferPending: row.transfer_pending };
  const { contact_hmac: hmac, contact_ciphertext: ciphertext, contact_kind: kind, validated } = row;
  const fallback =
    hmac === null || ciphertext === null || kind === null || validated === null
      ? null
      : { hmac: contactHmac(hmac), ciphertext, kind, validated };
  return { outcome: "ok", ...accountState(row), fallback };
}
