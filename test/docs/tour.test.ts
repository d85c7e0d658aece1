/** The lives of docs/tour.md, lived again: each way to confirm, for each purpose. */
import { execFileSync } from "node:child_process";
import { beforeAll, describe, expect, test } from "vitest";
import { liveLives, type Run, type TourEntry, type Ways } from "../../scripts/tour.ts";

const WAYS: readonly Ways[] = [
  { fallback: "link", transfer: "code" },
  { fallback: "code", transfer: "link" },
];
/** At a server of its own: within an hour, one contact gets no more messages than two lives take. */
const FOR_LATER: Ways = {
  fallback: "link",
  transfer: "code",
  keys: "--scheme mldsa65 --encapsulation mlkem768",
};
const ALL = [...WAYS, FOR_LATER];

const { CI } = process.env;
const missing = ["sh", "sed", "curl"].find((command) => !isThere(command));
const isSkipped = missing !== undefined && CI !== "true";

function isThere(command: string): boolean {
  try {
    execFileSync("sh", ["-c", `command -v ${command}`]);
    return true;
  } catch {
    return false;
  }
}

function isRun(entry: TourEntry): entry is Run {
  return "command" in entry;
}

describe.skipIf(isSkipped)(`the tour${isSkipped ? ` (skipped: there is no ${missing})` : ""}`, () => {
  let lives: Awaited<ReturnType<typeof liveLives>>;
  beforeAll(async () => {
    lives = [...(await liveLives(WAYS)), ...(await liveLives([FOR_LATER]))];
  });

  test.each(ALL)("is lived with fallback by $fallback, transfer by $transfer, keys: $keys", (ways) => {
    const entries = lives[ALL.indexOf(ways)]?.entries ?? [];
    const runs = entries.filter(isRun);
    expect(runs.filter(({ code }) => code !== 0).map(({ step, code }) => [step, code])).toEqual([
      ["list after leaving", 1],
    ]);
    const outputs = new Map(runs.map(({ step, output }) => [step, output]));
    const output = (step: string) => outputs.get(step) ?? `no step ${step}`;

    expect(output("make keys")).toMatch(ways.keys === undefined ? "schnorr, x25519" : "mldsa65, mlkem768");
    expect(output("list").match(/^[0-9a-f]{64} {2}1[67]$/gm)).toHaveLength(2);
    expect(output("get")).toBe("the first share\n");
    expect(output("show fallback")).toBe("alice@example.com  validated\n");
    expect(output("transfer")).toContain("made new keys at tour/keys.ur\n");
    expect(output(ways.transfer === "code" ? "confirm by code" : "finish transfer")).toMatch(
      /^done: the keys in tour\/keys.ur now have the account [0-9a-f]{64}$/m,
    );
    expect(output("open link")).toContain("<button");
    expect(output("press button")).toContain("<h1>Confirmed</h1>");

    expect(output("list again")).toBe(output("list"));
    expect(output("get again")).toBe("the first share\n");
    expect(output("get all")).toContain("the second share\n");
    const [, account] = /account ([0-9a-f]{64})$/m.exec(runs.map((run) => run.output).join("")) ?? [];
    expect(output("rekey")).toMatch(new RegExp(`^account +${account}$`, "m"));
    expect(output("list after rekey")).toBe(output("list"));
    expect(output("list after delete").trim().split("\n")).toHaveLength(1);
    expect(output("list after leaving")).toContain("(unknown-account)");

    const subjects = entries.flatMap((entry) => ("mail" in entry ? [entry.mail.subject] : []));
    expect(subjects).toEqual([
      "Confirm your contact for your shares",
      "Confirm the move of your shares to a new key",
      "The key of your shares was changed",
      "The key of your shares was changed",
      "Your shares were deleted",
    ]);
  });
});
