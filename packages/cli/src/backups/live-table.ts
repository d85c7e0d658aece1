/**
 * A table on the terminal whose lines change in their places, above the line where the person types.
 *
 * Trap: the terminal edits that line, so nobody here knows what stands on it. The cursor goes up and comes back, and leaves
 * it alone.
 */
import { printable } from "@bc/share-client";

export type LiveTable = {
  /**
   * Sets a row, or adds one. Text of servers is made harmless.
   *
   * @param whole what must be read to its end: it stands below the row, in as many lines as it takes. The row itself is cut
   *   where the terminal ends.
   */
  readonly show: (name: string, text: string, whole?: string) => void;
  /** What the person is asked on the line below the table. Where a new row takes that line, the next one has it. */
  readonly asks: (question: string) => void;
  /** The person has ended the line below the table: it makes room for the next one. */
  readonly lineEnded: () => void;
};

type Terminal = { readonly write: (text: string) => unknown; readonly columns?: number };

const [SAVE, RESTORE, CLEAR] = ["\u001b7", "\u001b8", "\r\u001b[2K"];
const UP = "\u001b[A";
const DEFAULT_COLUMNS = 80;
const INDENT = "    ";

export function createLiveTable(terminal: Terminal): LiveTable {
  const rows = new Map<string, { readonly text: string; readonly whole: string }>();
  let question = "";
  /** Lines that the table takes. It never gives one back: what stands below would have to move up. */
  let height = 0;

  function linesOf(
    name: string,
    { text, whole }: { readonly text: string; readonly whole: string },
  ): string[] {
    const width = Math.max(...[...rows.keys()].map((one) => one.length));
    const line = printable(`${name.padEnd(width)}  ${text}`);
    // A line that wraps would shift all that stand below it.
    const columns = (terminal.columns ?? DEFAULT_COLUMNS) - 1;
    return [
      line.slice(0, columns),
      ...wrapped(printable(whole), columns - INDENT.length).map((one) => INDENT + one),
    ];
  }

  return {
    show: (name, text, whole = "") => {
      const before = rows.get(name);
      if (before?.text === text && before.whole === whole) return;
      rows.set(name, { text, whole });
      const lines = [...rows].flatMap(([one, row]) => linesOf(one, row));
      const above = UP.repeat(height);
      const isHigher = lines.length > height;
      height = Math.max(height, lines.length);
      const all = Array.from({ length: height }, (_, index) => `${CLEAR}${lines[index] ?? ""}\n`).join("");
      // A new line takes the one below the table; what the person has typed there counts, though it can't be seen any more.
      terminal.write(isHigher ? `${above}${all}${question}` : `${SAVE}${above}${all}${RESTORE}`);
    },
    asks: (text) => {
      question = text;
    },
    lineEnded: () => void terminal.write(`${UP}${CLEAR}`),
  };
}

/** Lines of at most so many columns, cut between words where there is a place to. */
function wrapped(text: string, columns: number): readonly string[] {
  return (
    text.match(
      new RegExp(`\\S.{0,${Math.max(columns, 1) - 1}}(?=\\s|$)|\\S{${Math.max(columns, 1)}}`, "gu"),
    ) ?? []
  );
}
