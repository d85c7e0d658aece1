/**
 * Which texts dCBOR allows: valid UTF-8 in Unicode Normalization Form C.
 *
 * Traps: a decoder for UTF-8 drops a byte order mark by default, and the text then has other bytes than it came
 * in. And normalizing takes time that grows with the square of a run of combining marks, so runs are bounded first.
 */
import { type Cursor, malformed, skipBytes, tooComplex } from "./cursor.ts";

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Below it, text is ASCII, which needs no further look. */
const BEYOND_ASCII = 0x80;
/** The first combining mark. What consists of characters below it is always normalized. */
const FIRST_MARK = 0x300;

/** Goes past the text whose head was read last. @throws {EnvelopeError} `malformed`, `too-complex` */
export function passText(cursor: Cursor): void {
  const { bytes, at, limits } = cursor;
  skipBytes(cursor);
  if (cursor.at - at > limits.text) throw tooComplex("a text is too long");
  for (let i = at; i < cursor.at; i++) {
    if ((bytes[i] ?? 0) >= BEYOND_ASCII) {
      checkUnicode(textAt(bytes, at, cursor.at), limits.marks);
      return;
    }
  }
}

/** The text in these bytes. @throws {EnvelopeError} `malformed` */
export function textAt(bytes: Uint8Array, start: number, end: number): string {
  try {
    return UTF8.decode(bytes.subarray(start, end));
  } catch {
    throw malformed("a text is not UTF-8");
  }
}

function checkUnicode(text: string, marks: number): void {
  let i = 0;
  while (i < text.length && text.charCodeAt(i) < FIRST_MARK) i += 1;
  if (i === text.length) return;
  if (longerRun(marks).test(text)) throw tooComplex("a text has too many combining marks in a row");
  if (text.normalize("NFC") !== text) throw malformed("a text is not normalized");
}

const patterns = new Map<number, RegExp>();

/** Finds a run of more marks. It begins to look only where a run begins, so it looks at each mark only twice. */
function longerRun(marks: number): RegExp {
  const known = patterns.get(marks);
  if (known !== undefined) return known;
  const made = new RegExp(`(?:^|\\P{M})\\p{M}{${marks + 1}}`, "u");
  patterns.set(marks, made);
  return made;
}
