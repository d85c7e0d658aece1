/**
 * QR codes in characters. Each character shows two modules, one above the other, so that modules are nearly square.
 *
 * Trap: themes change the sixteen named colours, default ones included, and some cameras fail on a code that is light
 * on dark. So the drawing sets both colours, by their numbers in the fixed part of the 256. It paints whole dark cells
 * as background: the glyph of a full block leaves gaps in many fonts.
 */
const BLACK = 16;
const WHITE = 231;
const RESET = "\u001b[0m";

/** The lines of a code, with escape sequences for their colours. A row that is missing at the end is white. */
export function halfBlocks(modules: readonly (readonly boolean[])[]): readonly string[] {
  const lines = [];
  for (let y = 0; y < modules.length; y += 2) {
    const [above, below = []] = [modules[y] ?? [], modules[y + 1]];
    let [line, front, back] = ["", 0, 0];
    for (const [x, isDark] of above.entries()) {
      const [upper, lower] = [colour(isDark), colour(below[x] === true)];
      if (lower !== back) line += `\u001b[48;5;${lower}m`;
      if (upper !== lower && upper !== front) line += `\u001b[38;5;${upper}m`;
      line += upper === lower ? " " : "▀";
      [front, back] = [upper === lower ? front : upper, lower];
    }
    lines.push(line + RESET);
  }
  return lines;
}

/** The characters that a code of so many modules a side takes. */
export function sizeInCharacters(modules: number): { readonly columns: number; readonly rows: number } {
  return { columns: modules, rows: Math.ceil(modules / 2) };
}

function colour(isDark: boolean): number {
  return isDark ? BLACK : WHITE;
}
