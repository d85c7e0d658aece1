/**
 * A copy of the checkout, in which defences are taken out.
 *
 * Its packages are its own. Everybody else's are those of the checkout, by links.
 */
import { execFile, execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { functionSetOf } from "../../src/store/migrate.ts";
import { FUNCTION_SET } from "../../src/store/schema.ts";
import { COMPILE_CACHE } from "../kit/compile-cache.ts";
import { type Edit, withEdit } from "./defence.ts";

const ROOT = join(import.meta.dirname, "../..");
const OWN_SCOPE = "@bc";
const FUNCTIONS = "src/store/functions";
/** Milliseconds for one test. One that hangs fails by that, which does not count. */
const TEST_TIMEOUT = 120_000;
const MAX_OUTPUT = 64 * 1024 * 1024;

export type TestResult = {
  readonly name: string;
  readonly passed: boolean;
  /** Why it failed. */
  readonly messages: readonly string[];
};

export type Copy = Disposable & {
  /** Makes these changes, runs the work, and takes them back. */
  readonly without: <T>(edits: readonly Edit[], work: () => Promise<T>) => Promise<T>;
  /** Runs the tests of a file whose names hold one of these texts. Those that did not run are missing. */
  readonly run: (file: string, names: readonly string[]) => Promise<readonly TestResult[]>;
};

export function copyCheckout(): Copy {
  const folder = mkdtempSync(join(tmpdir(), "share-server-defences-"));
  const files = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  for (const file of files.split("\0")) {
    // One that was deleted is listed until that is committed.
    if (file === "" || !existsSync(join(ROOT, file))) continue;
    cpSync(join(ROOT, file), join(folder, file), { recursive: true, verbatimSymlinks: true });
  }
  linkModules(folder);
  return {
    without: async (edits, work) => {
      const before = edits.map(({ file }) => [file, readFileSync(join(folder, file), "utf8")] as const);
      try {
        for (const edit of edits) rewrite(folder, edit.file, (text) => withEdit(text, edit));
        if (edits.some(({ file }) => file.startsWith(FUNCTIONS))) {
          before.push(...(await renameFunctionSet(folder)));
        }
        return await work();
      } finally {
        for (const [file, text] of before.reverse()) writeFileSync(join(folder, file), text);
      }
    },
    run: (file, names) => runTests(folder, file, names),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function linkModules(folder: string): void {
  const [theirs, ours] = [ROOT, folder].map((it) => join(it, "node_modules"));
  if (theirs === undefined || ours === undefined) throw new TypeError("no folder");
  mkdirSync(ours);
  for (const name of readdirSync(theirs)) {
    // Among what begins with a dot are caches, which the copy has to have for itself.
    if (name === OWN_SCOPE || (name.startsWith(".") && name !== ".bin")) continue;
    symlinkSync(join(theirs, name), join(ours, name));
  }
  cpSync(join(theirs, OWN_SCOPE), join(ours, OWN_SCOPE), { recursive: true, verbatimSymlinks: true });
}

function rewrite(folder: string, file: string, change: (text: string) => string): void {
  const path = join(folder, file);
  writeFileSync(path, change(readFileSync(path, "utf8")));
}

/** Programs take only the SQL functions whose checksum they know. @returns what was there before. */
async function renameFunctionSet(folder: string): Promise<readonly (readonly [string, string])[]> {
  const scriptsIn = (scripts: string) =>
    readdirSync(scripts)
      .filter((name) => name.endsWith(".sql"))
      .sort()
      .map((name) => readFileSync(join(scripts, name), "utf8"));
  const functions = scriptsIn(join(folder, FUNCTIONS));
  const file = "src/store/schema.ts";
  const before = readFileSync(join(folder, file), "utf8");
  const put = await functionSetOf({
    functions,
    distributed: scriptsIn(join(folder, FUNCTIONS, "distributed")),
  });
  rewrite(folder, file, (text) => withEdit(text, { file, find: FUNCTION_SET, put }));
  return [[file, before]];
}

type Report = {
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
};

function runTests(folder: string, file: string, names: readonly string[]): Promise<readonly TestResult[]> {
  const report = join(folder, "report.json");
  rmSync(report, { force: true });
  const pattern = names.map((name) => name.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&")).join("|");
  const args = ["run", file, "-t", pattern, "--reporter=json", `--outputFile=${report}`];
  const program = join(ROOT, "node_modules/vitest/vitest.mjs");
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [program, ...args, `--testTimeout=${TEST_TIMEOUT}`, "--fsModuleCache"],
      // The longest tests run only so.
      {
        cwd: folder,
        env: { ...process.env, CI: "true", NODE_COMPILE_CACHE: COMPILE_CACHE },
        maxBuffer: MAX_OUTPUT,
      },
      () => resolve(readReport(report)),
    );
  });
}

/** No results where the files could not be run. */
function readReport(file: string): readonly TestResult[] {
  let report: Report;
  try {
    report = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return [];
  }
  return report.testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === "passed" || status === "failed")
    .map(({ fullName, status, failureMessages }) => ({
      name: fullName,
      passed: status === "passed",
      messages: failureMessages,
    }));
}
