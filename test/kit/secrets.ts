/** Looking for bytes in a text, in every form that a log or an error could hold them in. */
import { Buffer } from "node:buffer";

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
    // How JSON writes a Uint8Array.
    "object of numbers": JSON.stringify({ ...bytes }).slice(1, -1),
  };
  const haystack = text.toLowerCase();
  return Object.entries(forms).find(([, form]) => haystack.includes(form.toLowerCase()))?.[0];
}
