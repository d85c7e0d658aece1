import { expect, test } from "vitest";
import { createLiveTable } from "./live-table.ts";

const URL = "http://127.0.0.1:7462";
const WORDS = "HAWK RAMP HEAL JUMP (098d7a72)";

const CONTROLS = ["\u001b[A", "\u001b7", "\u001b8", "\r\u001b[2K", "\n"];

/** What a terminal shows that knows what the table writes: up, save, restore, and a line cleared and written anew. */
function newScreen(columns: number) {
  const lines: string[] = [""];
  let [row, saved] = [0, 0];
  return {
    columns,
    lines,
    write: (text: string) => {
      for (let rest = text; rest !== ""; ) {
        const control = CONTROLS.find((one) => rest.startsWith(one));
        if (control === "\u001b[A") row -= 1;
        else if (control === "\u001b7") saved = row;
        else if (control === "\u001b8") row = saved;
        else if (control === "\r\u001b[2K") lines[row] = "";
        else if (control === "\n") row += 1;
        else lines[row] += rest.charAt(0);
        lines[row] ??= "";
        rest = rest.slice(control?.length ?? 1);
      }
    },
  };
}

test.each([80, 40, 24])("what is to be compared is never cut off: %i columns", (columns) => {
  const screen = newScreen(columns);
  const table = createLiveTable(screen);
  table.show("http://other.example", "…");
  table.show(URL, "waits for its code, or its link for the key:", WORDS);
  expect(screen.lines.every((line) => line.length < columns)).toBe(true);
  const below = screen.lines.slice(screen.lines.findIndex((line) => line.startsWith(URL.slice(0, 20))) + 1);
  expect(
    below
      .map((line) => line.trim())
      .join(" ")
      .trim(),
  ).toBe(WORDS);
});

test("a row that grows or shrinks leaves the others whole", () => {
  const screen = newScreen(80);
  const table = createLiveTable(screen);
  table.show("a", "…");
  table.show("b", "…");
  table.show("a", "waits for the key:", WORDS);
  table.show("b", "waits for the key:", WORDS);
  table.show("a", "its share has come");
  const shown = screen.lines.filter((line) => line !== "");
  expect(shown).toEqual(["a  its share has come", "b  waits for the key:", `    ${WORDS}`]);
});

test("the question below is there again when the table has grown over it", () => {
  const screen = newScreen(80);
  const table = createLiveTable(screen);
  table.show("a", "waits for the key:", WORDS);
  table.asks("Code from a: ");
  screen.write("Code from a: ");
  table.show("b", "waits for the key:", WORDS);
  const shown = screen.lines.filter((line) => line !== "");
  expect(shown).toEqual([
    "a  waits for the key:",
    `    ${WORDS}`,
    "b  waits for the key:",
    `    ${WORDS}`,
    "Code from a: ",
  ]);
  table.asks("");
  table.show("c", "…");
  expect(screen.lines.at(-1)).toBe("");
});
