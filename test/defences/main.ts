/**
 * `npm run defences -- [--jobs N] [WORD…]`: takes each defence of docs/security.md out of a copy of the project, and sees a test
 * fail. `--write` writes what the documents say of it.
 *
 * With words: only those whose row, description or test holds one of them. `--jobs`: so many copies at a time. Needs what the
 * longest tests need. A defence is not held when its test passes without it, or fails by something else than what it asserts.
 * Exit code 1 when one is not held.
 */
import { parseArgs } from "node:util";
import { type Copy, copyCheckout, type TestResult } from "./copy.ts";
import type { Defence } from "./defence.ts";
import { writeDocuments } from "./document.ts";
import { DEFENCES } from "./list.ts";

type Listed = Defence & { readonly row: string };
type Tried = Listed & {
  /** Why it is not held; undefined when it is. */
  readonly why: string | undefined;
};

/** What a change that breaks the program, rather than take a defence out, makes of a test. */
const BROKEN =
  /^(?:SyntaxError|ReferenceError|StoreError)|timed out in|Cannot find|is not a function|'internal'|"internal"/m;
const WIDTH = 300;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { jobs: { type: "string", default: "1" }, write: { type: "boolean" } },
});

const say = (text: string) => process.stdout.write(`${text}\n`);

function chosen(): readonly Listed[] {
  const words = positionals.map((word) => word.toLowerCase());
  return Object.entries(DEFENCES)
    .flatMap(([row, defences]) => defences.map((it): Listed => ({ ...it, row })))
    .filter(({ row, without, file, test }) => {
      const text = [row, without, file, test].join("\n").toLowerCase();
      return words.length === 0 || words.some((word) => text.includes(word));
    });
}

async function whyNotHeld(copy: Copy, { edits, file, test }: Defence, healthy: Healthy) {
  if (!(await healthy(copy, file)).has(test)) return "its test does not pass with all defences";
  const results = named(test, await copy.without(edits, () => copy.run(file, [test])));
  if (results.length === 0) return "no test ran without it";
  const messages = results.flatMap((result) => result.messages);
  if (messages.length === 0) return "its test passes without it";
  if (messages.some((message) => !BROKEN.test(message))) return undefined;
  return `its test fails by something else: ${messages[0]?.slice(0, WIDTH)}`;
}

function named(test: string, results: readonly TestResult[]): readonly TestResult[] {
  return results.filter(({ name }) => name.includes(test));
}

/** Gives the tests of a file that run, and pass, with all defences. */
type Healthy = (copy: Copy, file: string) => Promise<ReadonlySet<string>>;

/** Runs the tests that hold something once for each file. */
function createHealthy(defences: readonly Listed[]): Healthy {
  const known = new Map<string, Promise<ReadonlySet<string>>>();
  const run = async (copy: Copy, file: string) => {
    const names = [...new Set(defences.filter((it) => it.file === file).map(({ test }) => test))];
    const results = await copy.run(file, names);
    return new Set(
      names.filter((name) => {
        const own = named(name, results);
        return own.length > 0 && own.every(({ passed }) => passed);
      }),
    );
  };
  return (copy, file) => {
    const healthy = known.get(file) ?? run(copy, file);
    known.set(file, healthy);
    return healthy;
  };
}

/** Takes each out, in as many copies at a time. */
async function takeOut(defences: readonly Listed[], jobs: number): Promise<readonly Tried[]> {
  const healthy = createHealthy(defences);
  const waiting = [...defences];
  const tried: Tried[] = [];
  const work = async () => {
    using copy = copyCheckout();
    for (let defence = waiting.shift(); defence !== undefined; defence = waiting.shift()) {
      const why = await whyNotHeld(copy, defence, healthy);
      tried.push({ ...defence, why });
      say(
        `${tried.length}/${defences.length} ${why === undefined ? "held" : "NOT HELD"}: ${defence.without}`,
      );
      if (why !== undefined) say(`    ${defence.file}: ${defence.test}\n    ${why}`);
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  return tried;
}

function tell(tried: readonly Tried[]): void {
  say("\nheld  of  somebody …");
  for (const [row, those] of Map.groupBy(tried, (it) => it.row)) {
    const held = those.filter(({ why }) => why === undefined).length;
    say(`${String(held).padStart(4)} ${String(those.length).padStart(3)}  ${row}`);
  }
}

if (values.write) writeDocuments();
else {
  const tried = await takeOut(chosen(), Number(values.jobs));
  tell(tried);
  process.exitCode = tried.length > 0 && tried.every(({ why }) => why === undefined) ? 0 : 1;
}
