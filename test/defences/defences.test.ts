/** The list of defences, held to the sources, the tests and the documents that it names. `npm run defences` takes them out. */
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { withEdit } from "./defence.ts";
import { DOCUMENT, defencesDocument, rowsOf, SECURITY, withTests } from "./document.ts";
import { DEFENCES } from "./list.ts";

const ROOT = join(import.meta.dirname, "../..");
const read = (file: string) => readFileSync(join(ROOT, file), "utf8");

const defences = Object.entries(DEFENCES).flatMap(([row, those]) => those.map((it) => ({ ...it, row })));

test.each(defences)("$row: can be taken out, so that $without", ({ edits }) => {
  const changed = new Map<string, string>();
  for (const edit of edits) changed.set(edit.file, withEdit(changed.get(edit.file) ?? read(edit.file), edit));
  for (const [file, text] of changed) expect(text).not.toBe(read(file));
});

/** Where tests stand that several test files run, and the vectors that name some. */
const shared = globSync(["test/store/behaviour/*.ts", "test-vectors/*.json"], { cwd: ROOT })
  .map(read)
  .join("\n");

test("the tests that hold them are there", () => {
  const missing = defences.filter(({ file, test }) => {
    return !existsSync(join(ROOT, file)) || !(read(file).includes(test) || shared.includes(test));
  });
  expect(missing.map(({ file, test }) => [file, test])).toEqual([]);
});

test("docs/security.md names them in every row about an attack, and the list knows no other row", () => {
  const rows = rowsOf(readFileSync(SECURITY, "utf8"));
  expect(rows.length).toBeGreaterThan(35);
  const attacks = rows.filter(({ heldBy }) => heldBy !== "–").map(({ row }) => row);
  expect([...attacks].sort()).toEqual(Object.keys(DEFENCES).sort());
  const isAttack = ({ row }: { readonly row: string }) =>
    row !== "links" && !/^(?:names in|HMACs of)/.test(row);
  expect(rows.filter(isAttack).filter(({ heldBy }) => heldBy === "–")).toEqual([]);
});

test("the documents are as `npm run defences -- --write` writes them", () => {
  const security = readFileSync(SECURITY, "utf8");
  expect(security).toBe(withTests(security));
  expect(readFileSync(DOCUMENT, "utf8")).toBe(defencesDocument());
});
