/**
 * Text from bytes, however it was written down.
 *
 * A byte order mark says how, and outranks what is said beside the bytes: whoever wrote them set the mark, while a header
 * is often a default that nobody chose.
 */

const MARKS: readonly (readonly [charset: string, mark: readonly number[]])[] = [
  ["utf-8", [0xef, 0xbb, 0xbf]],
  ["utf-16le", [0xff, 0xfe]],
  ["utf-16be", [0xfe, 0xff]],
];

export type TextOptions = {
  /** What the bytes are said to be, by a name of the Encoding standard. Default, and in place of unknown names: UTF-8. */
  readonly charset?: string | undefined;
  /** Whether bytes that are no text are an error. Default: each becomes U+FFFD. */
  readonly fatal?: boolean;
};

/** The text without its byte order mark. @throws {TypeError} for bytes that are no text, if that is fatal. */
export function decodeText(bytes: Uint8Array, { charset, fatal = false }: TextOptions = {}): string {
  const marked = MARKS.find(([, mark]) => mark.every((byte, i) => bytes[i] === byte))?.[0];
  return decoderFor(marked ?? charset, fatal).decode(bytes);
}

function decoderFor(charset: string | undefined, fatal: boolean) {
  try {
    return new TextDecoder(charset, { fatal });
  } catch {
    return new TextDecoder("utf-8", { fatal });
  }
}
