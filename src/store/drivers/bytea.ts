/** Bytes as Postgres writes them in text, `\x…`. Every driver reads them here: as plain bytes, not as a `Buffer`. */

/** Postgres's number for the type. */
export const BYTEA = 17;

export function decodeBytea(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.slice("\\x".length), "hex"));
}
