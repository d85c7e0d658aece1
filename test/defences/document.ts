/** What docs/security.md says of the tests, and docs/defences.md of each: made from the list, so that they cannot differ. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Defence } from "./defence.ts";
import { DEFENCES } from "./list.ts";

const DOCS = join(import.meta.dirname, "../../docs");
export const SECURITY = join(DOCS, "security.md");
export const DOCUMENT = join(DOCS, "defences.md");

/** A row of a table whose last column names tests. */
const TABLE = /^\|(?: [^|\n]+ \|)+ held by \|\n\|[-|]+\|\n((?:\|.*\|\n)+)/gm;
const ROW = /^\| (.*?) \| (.*) \|(.*)\|$/gm;

/** The first columns of the tables in docs/security.md whose rows name tests; by whether each row has to. */
export function rowsOf(security: string): readonly { readonly row: string; readonly heldBy: string }[] {
  return [...security.matchAll(TABLE)].flatMap(([, rows = ""]) =>
    [...rows.matchAll(ROW)].map(([, row = "", , heldBy = ""]) => ({ row, heldBy: heldBy.trim() })),
  );
}

/** The document with the test files in the last column of these tables. */
export function withTests(security: string): string {
  return security.replace(TABLE, (table, rows: string) =>
    table.replace(
      rows,
      rows.replace(ROW, (_line, row: string, answer: string) => `| ${row} | ${answer} | ${testsOf(row)} |`),
    ),
  );
}

function testsOf(row: string): string {
  const files = [...new Set((DEFENCES[row] ?? []).map(({ file }) => file))];
  if (files.length === 0) return "–";
  return files.map((file) => `[${shortName(file)}](../${file})`).join(", ");
}

function shortName(file: string): string {
  return (
    file
      .split("/")
      .at(-1)
      ?.replace(/\.test\.ts$/, "") ?? file
  );
}

const HEAD = `# Defences, and the tests that hold them

What the server would do without each of the defences that [security.md](security.md) tells of, and the test that fails then.
\`npm run defences\` takes each out of a copy of the project and sees the test fail. \`npm run defences -- --write\` writes
this file.
`;

/** docs/defences.md */
export function defencesDocument(): string {
  return [HEAD, ...Object.entries(DEFENCES).map(([row, defences]) => section(row, defences))].join("\n");
}

function section(row: string, defences: readonly Defence[]): string {
  const items = defences.map(({ without, file, test }) => `- ${without}. [${file}](../${file}): “${test}”\n`);
  return `## ${row}\n\nWithout it:\n\n${items.join("")}`;
}

export function writeDocuments(): void {
  writeFileSync(SECURITY, withTests(readFileSync(SECURITY, "utf8")));
  writeFileSync(DOCUMENT, defencesDocument());
}
