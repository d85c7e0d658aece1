/**
 * The lists of words that secrets are written with: BIP-39 in all its languages, SLIP-39, and bytewords.
 *
 * The page loads the first two as a file when it starts, since they are as large as the page itself.
 */
import { BYTEWORDS } from "#bc/ur/bytewords";

/** By name, the words of a list in their order. */
export type WordListFile = Readonly<Record<string, readonly string[]>>;

export type WordList = {
  readonly name: string;
  /** In the form of {@link plainWord}, with its place in the list. */
  readonly places: ReadonlyMap<string, number>;
  /** So many words of the list, almost in a row, are no accident. */
  readonly fewest: number;
};

/** BIP-39 has 12 words at least, of which one may be wrong or missing. */
const FEWEST = 11;
/** SLIP-39 has 20 at least. */
const FEWEST_BY_NAME: Readonly<Record<string, number>> = { slip39: 18 };

export function wordLists(file: WordListFile): readonly WordList[] {
  return Object.entries({ ...file, bytewords: BYTEWORDS }).map(([name, words]) => ({
    name,
    places: new Map(words.map((word, place) => [plainWord(word), place])),
    fewest: FEWEST_BY_NAME[name] ?? FEWEST,
  }));
}

/** Without case and accents, which people leave out. */
export function plainWord(text: string): string {
  return text.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase();
}

/** What can be told without the file. */
export const FEWER_LISTS = wordLists({});

/** The lists of the file at this address, or {@link FEWER_LISTS} when it can't be had. */
export async function loadWordLists(url: string): Promise<readonly WordList[]> {
  try {
    const response = await fetch(url);
    if (!response.ok) return FEWER_LISTS;
    const file: WordListFile = JSON.parse(await response.text());
    return wordLists(file);
  } catch {
    return FEWER_LISTS;
  }
}
