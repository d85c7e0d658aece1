/** docs/protocol.md names the codes that each function can be refused by: no more, no fewer. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { operationNames, REFUSAL_CODES, type RefusalCode } from "@bc/share-protocol";
import { expect, test } from "vitest";
import { type RefusingFunction, STORE_REFUSALS } from "../../src/store/refusal-codes.ts";

const ROOT = join(import.meta.dirname, "../..");
const SERVICE = join(ROOT, "src/service");
const HANDLERS = join(SERVICE, "handlers");
/** Turns what the store tells into refusals, whatever it is. */
const FROM_STORE = join(SERVICE, "refusals.ts");

const protocol = readFileSync(join(ROOT, "docs/protocol.md"), "utf8");

function inKebabCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** The functions of the store that a handler calls, and the files of the service that it needs, itself among them. */
function sourcesOf(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file) || file === FROM_STORE || !existsSync(file)) return found;
  found.add(file);
  if (!file.startsWith(SERVICE)) return found;
  for (const [, path = ""] of readFileSync(file, "utf8").matchAll(
    /^(?:import (?!type)|} from )[^;]*"(\..*)";$/gm,
  ))
    sourcesOf(join(dirname(file), path), found);
  return found;
}

const isCode = (code: string): code is RefusalCode => REFUSAL_CODES.some((known) => known === code);

function refusalsOf(name: string): Set<RefusalCode> {
  const texts = [...sourcesOf(join(HANDLERS, `${inKebabCase(name)}.ts`))].map((file) =>
    readFileSync(file, "utf8"),
  );
  const own = texts.flatMap((text) =>
    [...text.matchAll(/new Refusal\("([a-z-]+)"/g)].map(([, code = ""]) => code),
  );
  const called = texts.flatMap((text) =>
    [...text.matchAll(/\bstatement\("(\w+)"/g)].map(([, called = ""]) => called),
  );
  // FALLBACK_TRUST alone confirms without being asked, and is for development.
  const functions = Object.keys(STORE_REFUSALS).filter(
    (it) => called.includes(it) && it !== "confirm_by_token",
  );
  const stored = functions.flatMap((it) => [...STORE_REFUSALS[it as RefusingFunction]]);
  return new Set([...own, ...stored].filter(isCode).filter((code) => !NOT_MET[name]?.includes(code)));
}

/** Codes of a file that a handler needs for something else: here, to decrypt a contact that was read before. */
const NOT_MET: Readonly<Record<string, readonly RefusalCode[]>> = {
  retrieveFallback: ["unsupported-fallback"],
};

/** What the text before the functions says of all of them. */
const OF_THE_REQUEST = REFUSAL_CODES.slice(0, REFUSAL_CODES.indexOf("wrong-recipient") + 1);
const OF_WHO_ASKS: readonly RefusalCode[] = ["not-account-key", "invalid-sender-key", "unknown-account"];
const WITHOUT_ACCOUNT = ["fallbackTransfer", "verifyFallback"];

test("the codes of a request itself are those that the text says", () => {
  expect(protocol).toContain("`malformed` to `wrong-recipient` in the [table](#error-codes)");
  const table = protocol.slice(protocol.indexOf("## Error codes"));
  const rows = [...table.matchAll(/^\| (`.*?) \|/gm)].map(([, cell = ""]) => cell);
  const last = rows.findIndex((cell) => cell.includes("`wrong-recipient`"));
  const listed = codesIn(rows.slice(0, last + 1).join());
  expect([...listed].sort()).toEqual([...OF_THE_REQUEST].sort());
});

function codesIn(text: string): readonly RefusalCode[] {
  return [...text.matchAll(/`([a-z-]+)`/g)].map(([, code = ""]) => code).filter(isCode);
}

test.each(operationNames(false))("%s", (name) => {
  const section = protocol.split(/^#{2,3} /m).find((text) => text.startsWith(`${name}\n`)) ?? "";
  const listed = codesIn(/Codes: ([\s\S]*?)\n\n/.exec(section)?.[1] ?? "");
  const general = [
    ...[...OF_THE_REQUEST, "id-reused"],
    ...(WITHOUT_ACCOUNT.includes(name) ? [] : OF_WHO_ASKS),
  ];
  const possible = refusalsOf(name);
  // A request's own code may be named, where the function gives it a further meaning.
  expect(listed.filter((code) => !possible.has(code) && code !== "bad-parameter")).toEqual([]);
  expect([...possible].filter((code) => !general.includes(code) && !listed.includes(code))).toEqual([]);
});
