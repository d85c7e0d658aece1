/** What a defence is here: a line of the server that can be taken out, and the test that fails then. */

/** A change of one file. */
export type Edit = {
  /** From the project's folder. */
  readonly file: string;
  /** Occurs in it once. */
  readonly find: string;
  readonly put: string;
};

export type Defence = {
  /** How it is taken out, in words that follow "without it". */
  readonly without: string;
  /** Several where one alone would leave another line that does the same. */
  readonly edits: readonly Edit[];
  /** The test file. */
  readonly file: string;
  /** A part of the test's name, as it stands in the file. */
  readonly test: string;
};

/** By the first column of a table in docs/security.md. */
export type Defences = Readonly<Record<string, readonly Defence[]>>;

/** The text with the change. @throws {TypeError} unless it has the place of the change once. */
export function withEdit(text: string, { file, find, put }: Edit): string {
  const parts = text.split(find);
  if (parts.length !== 2) {
    throw new TypeError(`${file} has ${parts.length - 1} times what is to be replaced once: ${find}`);
  }
  return parts.join(put);
}

export function edit(file: string, find: string, put: string): Edit {
  return { file, find, put };
}
