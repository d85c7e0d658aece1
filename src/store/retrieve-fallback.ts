import { type AnswerRow, callForRow, readerParams, standing } from "./answer.ts";
import type { Contact } from "./challenge.ts";
import type { Sql } from "./sql.ts";
import { contactHmac, type IdentityRefusal, type Reader, type Refused, type Standing } from "./types.ts";

export type RetrieveFallbackResult =
  | ({
      readonly outcome: "ok";
      readonly fallback: (Contact & { readonly validated: boolean }) | null;
    } & Standing)
  | Refused<IdentityRefusal>;

interface Row extends AnswerRow<RetrieveFallbackResult["outcome"]> {
  readonly contact_hmac: Uint8Array | null;
  readonly contact_ciphertext: Uint8Array | null;
  readonly contact_kind: string | null;
  readonly validated: boolean | null;
}

/**
 * The contact that the wallet set last, and whether it counts yet. While a replacement waits to be validated,
 * that one is told; the old one still counts. Uses no request ID and remembers nothing.
 */
export async function retrieveFallback(sql: Sql, reader: Reader): Promise<RetrieveFallbackResult> {
  const row = await callForRow<Row>(sql, "retrieve_fallback", readerParams(reader));
  if (row.outcome !== "ok") return { outcome: row.outcome, transferPending: row.transfer_pending };
  const { contact_hmac: hmac, contact_ciphertext: ciphertext, contact_kind: kind, validated } = row;
  const fallback =
    hmac === null || ciphertext === null || kind === null || validated === null
      ? null
      : { hmac: contactHmac(hmac), ciphertext, kind, validated };
  return { outcome: "ok", ...standing(row), fallback };
}
