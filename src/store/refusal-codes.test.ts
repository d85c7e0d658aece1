import { REFUSAL_CODES } from "@bc/share-protocol";
import { expect, test } from "vitest";
import { readSchema } from "./drivers/schema-files.ts";
import { FUNCTIONS } from "./functions.ts";
import { STORE_REFUSALS } from "./refusal-codes.ts";

/** A function that a refusal comes from may be called for more than its caller passes on. */
const HANDLED: Readonly<Record<string, readonly string[]>> = {
  delete_account: ["unknown-account"],
  store_share: ["unknown-account"],
};

/** They look at transfers or settle them, and what they tell is no refusal. */
const NEVER_REFUSE = ["look_up_transfer", "prune", "settle_transfers"];

/** Texts that are compared with, not given. */
const COMPARED = /(?:<>|(?<!:)=|\bdistinct from|\bwhen) '[a-z-]+'|\bin \('[^)]*\)/g;

/** The body of each SQL function, without comments and without what it compares with. */
async function readBodies(): Promise<ReadonlyMap<string, string>> {
  const text = (await readSchema()).functions.join("\n").replace(/--.*$/gm, "");
  const functions = text.matchAll(/\bfunction store\.(\w+)\(([\s\S]*?)\$\$;/g);
  return new Map([...functions].map(([, name = "", body = ""]) => [name, body.replace(COMPARED, "")]));
}

const bodies = await readBodies();

/** The function, and all that it calls, and all that those call. */
function reachedFrom(name: string, reached = new Set<string>()): Set<string> {
  const body = bodies.get(name);
  if (body === undefined || reached.has(name)) return reached;
  reached.add(name);
  for (const [, called = ""] of body.matchAll(/\b(\w+)\(/g)) reachedFrom(called, reached);
  return reached;
}

function codesOf(name: string): string[] {
  const given = [...reachedFrom(name)].flatMap((reached) =>
    [...(bodies.get(reached) ?? "").matchAll(/'([a-z-]+)'/g)].map(([, code = ""]) => code),
  );
  const codes = REFUSAL_CODES.filter((code) => given.includes(code) && !HANDLED[name]?.includes(code));
  return [...codes].sort();
}

test.each(Object.entries(STORE_REFUSALS))("%s refuses by the codes that are listed", (name, codes) => {
  expect(codesOf(name)).toEqual([...codes].sort());
});

test("no other function refuses", () => {
  const refusing = Object.keys(FUNCTIONS).filter(
    (name) => !NEVER_REFUSE.includes(name) && codesOf(name).length > 0,
  );
  expect(refusing.sort()).toEqual(Object.keys(STORE_REFUSALS).sort());
});
