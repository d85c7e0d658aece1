/**
 * The URs in a text as people carry it: with a greeting before and a name after, quoted, numbered, in lines that were
 * broken on the way, with invisible characters that programs put in.
 *
 * Bytewords (BCR-2020-012) end with a checksum, so it is the checksum that tells where a UR ends: at the first end of a
 * word where it is right. What stands between the letters means nothing, and neither does what comes after.
 */
import { BYTEWORDS } from "#bc/ur/bytewords";

export type FoundUR = {
  readonly type: string;
  /** `3-9`, of a part of a multi-part UR. */
  readonly sequence: string | undefined;
  /** In the minimal style, with the checksum. Undefined where something is missing or changed. */
  readonly bytewords: string | undefined;
  /** Letters that follow its slash without a blank. None where somebody only talks of such URs. */
  readonly letters: number;
};

/** Soft hyphens, joiners, marks of direction and of byte order, and their like. */
const INVISIBLE = /[\p{Cf}\p{Variation_Selector}]/gu;

/** The end of a line and what quotes the next one. It may stand anywhere, the scheme included. */
const BREAK = String.raw`(?:[^\S\n]*\n[\s>|]*)?`;
const SCHEME = [..."ur:"].join(BREAK);
const TYPE = `(?:[a-z0-9-]${BREAK}){1,60}`;
const DIGITS = `(?:[0-9]${BREAK}){1,9}`;
const HEAD = new RegExp(
  `${SCHEME}${BREAK}(${TYPE})/${BREAK}(?:(${DIGITS}-${BREAK}${DIGITS})/${BREAK})?`,
  "gi",
);

const ADJACENT = new RegExp(`^(?:[a-z]${BREAK})*`, "i");

/** In the order of the text. */
export function* findURs(text: string): Generator<FoundUR, void, undefined> {
  const visible = text.replaceAll(INVISIBLE, "");
  let head: RegExpExecArray | undefined;
  for (const next of visible.matchAll(HEAD)) {
    if (head !== undefined) yield* readUR(visible, head, next.index);
    head = next;
  }
  if (head !== undefined) yield* readUR(visible, head, visible.length);
}

function* readUR(text: string, head: RegExpExecArray, end: number): Generator<FoundUR, void, undefined> {
  const [whole, type = "", sequence] = head;
  const body = text.slice(head.index + whole.length, end);
  const bytewords = soundBytewords(body);
  const isOtherWord = /[a-z0-9]/i.test(text[head.index - 1] ?? "");
  // The end of `colour:` begins no UR.
  if (bytewords === undefined && isOtherWord) return;
  const letters = joined(ADJACENT.exec(body)?.[0] ?? "").length;
  yield { type: joined(type), sequence: sequence && joined(sequence), bytewords, letters };
}

function joined(broken: string): string {
  return broken.replaceAll(/[^a-z0-9-]/gi, "").toLowerCase();
}

const LETTERS = 26;
/** The byte of each word by its first letter and its last. */
const BYTES = new Map(BYTEWORDS.map((word, byte) => [pairOf(letterAt(word, 0), letterAt(word, 3)), byte]));
const CHECKSUM_BYTES = 4;

/** The letters from the start of `text` up to the first end of a word where their checksum is right. */
function soundBytewords(text: string): string | undefined {
  let bytewords = "";
  let first: number | undefined;
  let bytes = 0;
  /** The last four bytes, and the checksum of those before them. */
  let last = 0;
  let checksum = CRC_START;
  for (const [word] of text.matchAll(/[a-z]+/gi)) {
    for (let i = 0; i < word.length; i++) {
      const letter = letterAt(word, i);
      if (first === undefined) {
        first = letter;
        continue;
      }
      const byte = BYTES.get(pairOf(first, letter));
      if (byte === undefined) return undefined;
      first = undefined;
      if (bytes >= CHECKSUM_BYTES) checksum = addToCrc(checksum, last >>> 24);
      last = (last << 8) | byte;
      bytes += 1;
    }
    bytewords += word;
    if (first === undefined && bytes > CHECKSUM_BYTES && last === ~checksum) return bytewords.toLowerCase();
  }
  return undefined;
}

function letterAt(word: string, place: number): number {
  return (word.charCodeAt(place) | 0x20) - 0x61;
}

function pairOf(first: number, last: number): number {
  return first * LETTERS + last;
}

const CRC_START = -1;
/** CRC-32 of one byte (ISO-HDLC, as in BCR-2020-012). */
const CRC = Int32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest;
});

function addToCrc(crc: number, byte: number): number {
  return (CRC[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
}
