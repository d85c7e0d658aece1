/**
 * `npm run defences -- WORD…`: takes each defence of docs/security.md out of a copy of the project, and sees a test fail.
 *
 * With words: only those whose row, description or test holds one of them. Needs what the longest tests need. A test survives
 * when it passes without its defence, or fails by something else than what it asserts. Exit code 1 when one does.
 */
import { copyCheckout, type TestResult } from "./copy.ts";
import type { Defence } from "./defence.ts";
import { DEFENCES } from "./list.ts";

type Listed = Defence & { readonly row: string };

/** What a broken change, rather than a defence that is missing, makes of a test. */
const BROKEN =
  /^(?:SyntaxError|ReferenceError|StoreError)|timed out in|Cannot find|is not a function|"internal"|"unavailable"/m;

const words = process.argv.slice(2).map((word) => word.toLowerCase());
const all = Object.entries(DEFENCES).flatMap(([row, defences]) =>
  defences.map((it): Listed => ({ ...it, row })),
);
const chosen = all.filter(({ row, without, file, test }) => {
  const text = [row, without, file, test].join("\n").toLowerCase();
  return words.length === 0 || words.some((word) => text.includes(word));
});

const say = (text: string) => process.stdout.write(`${text}\n`);

function of({ test }: Listed, results: readonly TestResult[]): readonly TestResult[] {
  return results.filter(({ name }) => name.includes(test));
}

/** Whether the tests of a name ran, and passed. */
function pass(results: readonly TestResult[]): boolean {
  return results.length > 0 && results.every(({ passed }) => passed);
}

/** What is wrong; undefined when a test failed as it should. */
function whySurvived(results: readonly TestResult[]): string | undefined {
  if (results.length === 0) return "no test ran";
  const messages = results.flatMap((it) => it.messages);
  if (messages.length === 0) return "the test passes";
  const broken = messages.find((it) => BROKEN.test(it));
  return messages.every((it) => BROKEN.test(it))
    ? `it fails by something else: ${broken?.slice(0, 500)}`
    : undefined;
}

using copy = copyCheckout();
let survivors = 0;
let row = "";
const files = Map.groupBy(chosen, ({ file }) => file);
const healthy = new Set<Listed>();
for (const [file, defences] of files) {
  const results = await copy.run(file, [...new Set(defences.map(({ test }) => test))]);
  for (const defence of defences) {
    if (pass(of(defence, results))) healthy.add(defence);
  }
  say(
    `with all defences, ${file}: ${results.filter(({ passed }) => passed).length} of ${results.length} tests pass`,
  );
}
for (const defence of chosen) {
  const { without, edits, file, test } = defence;
  if (defence.row !== row) say(`\n${defence.row}`);
  row = defence.row;
  const why = healthy.has(defence)
    ? whySurvived(of(defence, await copy.without(edits, () => copy.run(file, [test]))))
    : "the test does not pass with all defences";
  if (why !== undefined) survivors += 1;
  say(
    `  ${why === undefined ? "fails   " : "SURVIVES"}  without it ${without}\n            ${file}: ${test}`,
  );
  if (why !== undefined) say(`            ${why}`);
}
say(`\n${chosen.length - survivors} of ${chosen.length} defences are held by their tests`);
process.exitCode = survivors === 0 && chosen.length > 0 ? 0 : 1;
