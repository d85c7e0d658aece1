/**
 * Short identifiers for people: the first four bytes of a XID, a receipt or a reference, as words or pictures.
 * They help to recognise, not to authenticate: 2³² tries find another value with the same four.
 */
import { shortIdentifier as encodeIdentifier } from "#bc/ur/bytewords";
import { shortHex } from "./tagged.ts";

const SHOWN_BYTES = 4;

/** Four upper-case bytewords, such as `JUGS DELI GIFT WHEN`. Takes at least 4 bytes. */
export function bytewordsIdentifier(bytes: Uint8Array): string {
  return encodeIdentifier(bytes.subarray(0, SHOWN_BYTES)).toUpperCase();
}

/** Four bytemoji, such as `🧦 🤨 😎 😆`. Takes at least 4 bytes. */
export function bytemojiIdentifier(bytes: Uint8Array): string {
  return encodeIdentifier(bytes.subarray(0, SHOWN_BYTES), { style: "bytemoji" });
}

/** Words and hex digits, for people to compare: `JUGS DELI GIFT WHEN (71274df1)`. Takes at least 4 bytes. */
export function shortIdentifier(bytes: Uint8Array): string {
  return `${bytewordsIdentifier(bytes)} (${shortHex(bytes)})`;
}
