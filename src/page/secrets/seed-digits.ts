/** SeedQR: BIP-39 words as digits, four for the place of each word in the list. CompactSeedQR: their bits as bytes. */

const DIGITS_OF_A_WORD = 4;
const LAST_PLACE = 2047;
/** Digits of 12 words, with one missing, up to those of 24, with one too many. */
const SEED_QR = /(?<![\p{L}\d])\d{47,97}(?![\p{L}\d])/gu;
/** One word may be wrong or missing. */
const FEWEST = 11;

/** Whether a text holds a SeedQR, or the same digits in groups. */
export function hasSeedDigits(text: string): boolean {
  const runs = text.match(SEED_QR) ?? [];
  return runs.some((run) => isSeed(run)) || hasGroups(text);
}

/** Counted from both ends, so that a digit too few or too many does not matter. */
function isSeed(digits: string): boolean {
  const forth = digits.match(/.{4}/g) ?? [];
  const back = Array.from({ length: Math.floor(digits.length / DIGITS_OF_A_WORD) }, (_, i) => {
    return digits.slice(digits.length - (i + 1) * DIGITS_OF_A_WORD, digits.length - i * DIGITS_OF_A_WORD);
  });
  return placesIn(forth) + placesIn(back) >= FEWEST;
}

/** How many of the first groups are places in the list. */
function placesIn(groups: readonly string[]): number {
  const other = groups.findIndex((group) => Number(group) > LAST_PLACE);
  return other === -1 ? groups.length : other;
}

function hasGroups(text: string): boolean {
  const rows = text.match(/(?<![\p{L}\d])(?:\d{4}[\s,;-]+){10,}\d{4}(?![\p{L}\d])/gu) ?? [];
  return rows.some((row) => {
    const groups = row.split(/[\s,;-]+/);
    return placesIn(groups) >= FEWEST && !groups.every(isYearOrTime);
  });
}

/** `2024`, `1830`: what else people write with four digits, in rows. */
function isYearOrTime(group: string): boolean {
  const number = Number(group);
  return (number >= 1900 && number <= 2047) || number % 100 < 60;
}

/** Bytes of entropy for 12 words and for 24. */
const COMPACT_SIZES = [16, 32];

/** Stands for a CompactSeedQR: no text has such a character. */
const COMPACT_SEED = "\u{10ffff}";

/** @param text as {@link textOfCode} gives it. */
export function isCompactSeed(text: string): boolean {
  return text === COMPACT_SEED;
}

/** The text that the bytes of a QR code hold. So many bytes as a CompactSeedQR has, and no text, are not read further. */
export function textOfCode(bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes);
  // Line ends and tabs are all that a text has of control characters.
  const isText = !/[^\P{Cc}\t\n\r]|\ufffd/u.test(text);
  return COMPACT_SIZES.includes(bytes.length) && !isText ? COMPACT_SEED : text;
}
