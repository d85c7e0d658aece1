/** Looking for bytes in a text, in every form that a log, a dump or an error could hold them in. */
import { Buffer } from "node:buffer";
import { type BytewordsStyle, encodeBytewords } from "#bc/ur/bytewords";

/** The form in which `text` holds the bytes, or nothing if it does not. */
export function traceOf(bytes: Uint8Array, text: string): string | undefined {
  return tracesOf([["it", bytes]], text).get("it");
}

/**
 * The same for many secrets in one long text: by the name of each that is there, a form in which it is. Bytes of a file are to
 * be read as `latin1`.
 */
export function tracesOf(
  secrets: Iterable<readonly [string, Uint8Array]>,
  text: string,
): ReadonlyMap<string, string> {
  const haystack = text.toLowerCase();
  const byStart = new Map<
    number,
    { readonly name: string; readonly form: string; readonly needle: string }[]
  >();
  for (const [name, bytes] of secrets) {
    for (const [form, written] of Object.entries(formsOf(bytes))) {
      const needle = written.toLowerCase();
      const start = startOf(needle);
      byStart.set(start, [...(byStart.get(start) ?? []), { name, form, needle }]);
    }
  }
  const found = new Map<string, string>();
  let last = 0;
  for (let i = 0; i < haystack.length; i++) {
    last = next(last, haystack.charCodeAt(i));
    for (const { name, form, needle } of byStart.get(last) ?? NONE) {
      if (haystack.startsWith(needle, i + 1 - START)) found.set(name, form);
    }
  }
  return found;
}

/** So many characters of a text tell at once whether it may begin there. */
const START = 4;
const NONE: readonly never[] = [];

function next(last: number, code: number): number {
  return (last << 8) | (code & 0xff);
}

function startOf(needle: string): number {
  return [...needle.slice(0, START)].reduce((last, letter) => next(last, letter.charCodeAt(0)), 0);
}

/** What each form of these bytes has in it wherever they stand, whatever stands before and after them. */
export function formsOf(bytes: Uint8Array): Readonly<Record<string, string>> {
  if (bytes.length < 5) throw new RangeError("too few bytes to be found by chance alone");
  const buffer = Buffer.from(bytes);
  const text = buffer.toString("latin1");
  return {
    raw: text,
    hex: buffer.toString("hex"),
    ...base64Forms(bytes),
    "list of numbers": bytes.join(","),
    // As in a UR, wherever in it the bytes are.
    "bytewords of a UR": wordsOf(bytes, "minimal", 2 * CHECKSUM_BYTES),
    bytewords: wordsOf(bytes, "standard", 5 * CHECKSUM_BYTES),
    "bytewords of a URI": wordsOf(bytes, "uri", 5 * CHECKSUM_BYTES),
    // How JSON writes a Uint8Array.
    "object of numbers": JSON.stringify({ ...bytes }).slice(1, -1),
    // Of a text.
    "percent-encoded": encodeURIComponent(text),
    "quoted in JSON": JSON.stringify(text).slice(1, -1),
  };
}

/** By how many bytes stand before these: three bytes make four letters, so there are three ways to write them. */
function base64Forms(bytes: Uint8Array): Readonly<Record<string, string>> {
  const forms = [0, 1, 2].flatMap((before) => {
    const length = before + bytes.length;
    const [from, to] = [Math.ceil((8 * before) / 6), Math.floor((8 * length) / 6)];
    const all = Buffer.concat([new Uint8Array(before), bytes]);
    return (["base64", "base64url"] as const).map((kind): [string, string] => [
      `${kind} after ${before} bytes`,
      all.toString(kind).slice(from, to),
    ]);
  });
  return Object.fromEntries(forms);
}

const CHECKSUM_BYTES = 4;

/** Without the checksum, which is another one in a longer text. */
function wordsOf(bytes: Uint8Array, style: BytewordsStyle, checksumLength: number): string {
  return encodeBytewords(bytes, style).slice(0, -checksumLength);
}
