/** Medians, aligned tables, and one line that shows progress. */

/** The middle value, which a single disturbance does not move. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/** The value below which so large a part of the values lies; NaN when there are none. */
export function quantile(values: readonly number[], part: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * part)] ?? Number.NaN;
}

export type Row = readonly [name: string, ...values: readonly number[]];

/**
 * Aligns the first column to the left, numbers to the right. NaN stands for a cell that does not apply.
 *
 * @param digits behind the point, of numbers below 10. Default: 1.
 */
export function printTable(title: string, head: readonly string[], rows: readonly Row[], digits = 1): void {
  progress("");
  const cells = rows.map(([name, ...values]) => [name, ...values.map((value) => written(value, digits))]);
  const widths = head.map((text, i) =>
    Math.max(...[text, ...cells.map((row) => row[i] ?? "")].map(lengthOf)),
  );
  const line = (row: readonly string[]) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join("  ");
  console.log([title, line(head), ...cells.map(line), ""].join("\n"));
}

/** On a terminal: says what is measured now. An empty text takes the line away. */
export function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}

function written(value: number, digits: number): string {
  if (Number.isNaN(value)) return "";
  return value.toFixed(value >= 10 ? 0 : digits);
}

function lengthOf(text: string): number {
  return text.length;
}
