/**
 * A table on the terminal whose lines change in their places, above the line where the person types.
 *
 * Trap: the terminal edits that line, so nobody here knows what stands on it. The cursor goes up and comes back, and leaves
 * it alone.
 */
import { printable } from "@bc/share-client";

export type LiveTable = {
  /** Sets a row, or adds one. Text of servers is made harmless. */
  readonly show: (name: string, text: string) => void;
  /** The person has ended the line below the table: it makes room for the next one. */
  readonly lineEnded: () => void;
};

type Terminal = { readonly write: (text: string) => unknown; readonly columns?: number };

const [SAVE, RESTORE, CLEAR] = ["\u001b7", "\u001b8", "\r\u001b[2K"];
const UP = "\u001b[A";
const DEFAULT_COLUMNS = 80;

export function createLiveTable(terminal: Terminal): LiveTable {
  const rows = new Map<string, string>();

  function lineOf(name: string): string {
    const width = Math.max(...[...rows.keys()].map((one) => one.length));
    const line = printable(`${name.padEnd(width)}  ${rows.get(name)}`);
    // A line that wraps would shift all that stand below it.
    return line.slice(0, (terminal.columns ?? DEFAULT_COLUMNS) - 1);
  }

  return {
    show: (name, text) => {
      const isNew = !rows.has(name);
      if (rows.get(name) === text) return;
      rows.set(name, text);
      const lines = [...rows.keys()].map((one) => `${CLEAR}${lineOf(one)}\n`).join("");
      const above = UP.repeat(isNew ? rows.size - 1 : rows.size);
      // A new row takes the line below the table; what the person has typed there counts, though it can't be seen any more.
      terminal.write(isNew ? `${above}${lines}` : `${SAVE}${above}${lines}${RESTORE}`);
    },
    lineEnded: () => void terminal.write(`${UP}${CLEAR}`),
  };
}
