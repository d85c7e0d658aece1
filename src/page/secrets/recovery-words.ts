/**
 * Recovery words in a text: in capitals, numbered, with commas or labels, and with one of them wrong or missing.
 *
 * A sentence has words of a list too, but hardly ever so many in a row.
 */
import { Digest } from "@bc/envelope";
import { COMMON_WORDS } from "./common-words.ts";
import { plainWord, type WordList } from "./word-lists.ts";

/**
 * `Seed:` and `Word 3:` say what comes, and are none of the words. Each length is bounded, since from each place in a
 * long text a pattern without bounds looks on to the end.
 */
const LABEL = /(?<!\p{L})\p{L}{1,20}\s{0,3}\d{0,2}\s{0,3}[:=]/gu;
const WORD = /\p{L}+/gu;

/** Whether a text holds recovery words, or a secret in bytewords. */
export function hasRecoveryWords(text: string, lists: readonly WordList[]): boolean {
  const words = plainWord(text).replaceAll(LABEL, " ").match(WORD) ?? [];
  return lists.some((list) => hasRun(words, list) || isUnspacedPhrase(words, list));
}

/** Other words among those of a list: one may be wrong. */
const MOST_OTHERS = 1;
/** Of the words of a list, those that everybody uses all the time: more of them are a sentence. */
const MOST_COMMON = 0.5;

/** Whether so many words of the list stand in a row, almost, and are no sentence. */
function hasRun(words: readonly string[], { places, fewest }: WordList): boolean {
  const run: { readonly at: number; readonly isCommon: boolean }[] = [];
  for (const [at, word] of words.entries()) {
    if (!places.has(word)) continue;
    run.push({ at, isCommon: COMMON_WORDS.has(word) });
    if (run.length > fewest) run.shift();
    const others = at + 1 - (run[0]?.at ?? 0) - run.length;
    const common = run.filter(({ isCommon }) => isCommon).length;
    if (run.length === fewest && others <= MOST_OTHERS && common <= MOST_COMMON * fewest) return true;
  }
  return false;
}

/** How many words a BIP-39 phrase may have. */
const PHRASE_LENGTHS = [12, 15, 18, 21, 24];
const BITS_OF_A_WORD = 11;

/**
 * Whether a text is nothing but a phrase of Chinese characters, each of them a word, without a space. A sentence may look
 * the same, so here the checksum has to be right.
 */
function isUnspacedPhrase([text = "", ...more]: readonly string[], { places }: WordList): boolean {
  if (more.length > 0 || !PHRASE_LENGTHS.includes(text.length)) return false;
  const characters = [...text];
  const bits = characters.map((character) =>
    places.get(character)?.toString(2).padStart(BITS_OF_A_WORD, "0"),
  );
  if (bits.includes(undefined)) return false;
  const all = bits.join("");
  const entropy = all.slice(0, 32 * Math.floor(all.length / 33));
  const bytes = Uint8Array.from(entropy.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2));
  const [first = 0] = Digest.fromImage(bytes).data;
  return first.toString(2).padStart(8, "0").startsWith(all.slice(entropy.length));
}
