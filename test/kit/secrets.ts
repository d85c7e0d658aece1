/** Looking for bytes in a text, in every form that a log or an error could hold them in. */
import { Buffer } from "node:buffer";
import { type BytewordsStyle, encodeBytewords } from "#bc/ur/bytewords";

/** The form in which `text` holds the bytes, or nothing if it does not. */
export function traceOf(bytes: Uint8Array, text: string): string | undefined {
  if (bytes.length < 5) throw new RangeError("too few bytes to be found by chance alone");
  const buffer = Buffer.from(bytes);
  const forms = {
    hex: buffer.toString("hex"),
    base64: buffer.toString("base64").replace(/=+$/, ""),
    base64url: buffer.toString("base64url"),
    latin1: buffer.toString("latin1"),
    "list of numbers": bytes.join(","),
    // As in a UR, wherever in it the bytes are.
    "bytewords of a UR": wordsOf(bytes, "minimal", 2 * CHECKSUM_BYTES),
    bytewords: wordsOf(bytes, "standard", 5 * CHECKSUM_BYTES),
    "bytewords of a URI": wordsOf(bytes, "uri", 5 * CHECKSUM_BYTES),
    // How JSON writes a Uint8Array.
    "object of numbers": JSON.stringify({ ...bytes }).slice(1, -1),
  };
  const haystack = text.toLowerCase();
  return Object.entries(forms).find(([, form]) => haystack.includes(form.toLowerCase()))?.[0];
}

const CHECKSUM_BYTES = 4;

/** Without the checksum, which is another one in a longer text. */
function wordsOf(bytes: Uint8Array, style: BytewordsStyle, checksumLength: number): string {
  return encodeBytewords(bytes, style).slice(0, -checksumLength);
}
