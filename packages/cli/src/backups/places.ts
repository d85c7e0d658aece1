/** What the commands that speak to several servers share: codes, prompts, and what to tell about each server. */
import { atEach, type PlaceOutcome, printable, refusalCode } from "@bc/share-client";
import { InvalidArgumentError, Option } from "commander";
import { addressFrom, codeFrom } from "../arguments.ts";
import { askLine } from "../confirm.ts";
import { asUsage, EXIT_CODES, failureFor } from "../failure.ts";
import { endProgress, tell, tellFailureAt } from "../tell.ts";
import type { LiveTable } from "./live-table.ts";

/** Codes by the addresses of the servers that sent them. */
export type Codes = Readonly<Record<string, string>>;

/** A code is for one server: at another it would use up a try. */
export function codeOption(): Option {
  return new Option(
    "--code <address=code>",
    "the code of a server's message; once for each server. On a terminal you are asked",
  )
    .argParser(codesFrom)
    .default({}, "none");
}

/** Adds an address to those before it. */
export function addressesFrom(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, addressFrom(text)];
}

export type CodeQuestion = {
  /** Ends the question. */
  readonly signal?: AbortSignal;
  /** What stands above the question. */
  readonly table?: Pick<LiveTable, "asks" | "lineEnded"> | undefined;
};

/** The code that the user has for this server: given, or typed at the terminal. Undefined: not yet. */
export async function codeFor(
  url: string,
  codes: Codes,
  { signal, table }: CodeQuestion = {},
): Promise<string | undefined> {
  const given = codes[url];
  if (given !== undefined || !process.stdin.isTTY) return given;
  endProgress();
  const question = `Code from ${printable(url)} (Enter if you used its link, or for later): `;
  for (let before = ""; ; ) {
    table?.asks(before + question);
    const typed = await askLine(before + question, undefined, signal);
    table?.asks("");
    if (typed !== undefined) table?.lineEnded();
    if (!typed?.trim()) return undefined;
    try {
      return codeFrom(typed);
    } catch (error) {
      if (!(error instanceof InvalidArgumentError)) throw error;
      before = `${error.message} `;
    }
  }
}

/**
 * Gives each server its code: those at hand all at once. On a terminal the person types one after the other, while those
 * typed before are on their way, and again where one was wrong.
 */
export async function giveCodes(
  urls: readonly string[],
  codes: Codes,
  give: (url: string, code: string | undefined) => Promise<unknown>,
): Promise<void> {
  const given: Promise<readonly PlaceOutcome<unknown>[]>[] = [];
  for (const url of urls) {
    const code = await codeFor(url, codes);
    given.push(atEach([{ url }], () => give(url, code)));
  }
  const outcomes = (await Promise.all(given)).flat();
  const wrong = outcomes.filter((one) => "error" in one && refusalCode(one.error) === "wrong-code");
  if (!process.stdin.isTTY || wrong.length === 0) return tellFailures(outcomes);
  tellFailures(outcomes.filter((one) => !wrong.includes(one)));
  for (const { url } of wrong) tell(`${url}: that is not its code`);
  await giveCodes(
    wrong.map(({ url }) => url),
    {},
    give,
  );
}

/** A line on stderr for each server that failed. The exit code is that of the first. */
export function tellFailures(outcomes: readonly PlaceOutcome<unknown>[]): void {
  endProgress();
  for (const outcome of outcomes) {
    if ("value" in outcome) continue;
    const { error } = outcome;
    const failure = failureFor(asUsage(error));
    if (failure === undefined) continue;
    tellFailureAt(outcome.url, failure);
    process.exitCode ??= EXIT_CODES[failure.code];
  }
}

function codesFrom(text: string, before: Codes): Codes {
  const [, url, code] = /^(.*)=([^=]+)$/.exec(text) ?? [];
  if (url === undefined || code === undefined) {
    throw new InvalidArgumentError("the form is https://shares.example.com=2MZD-AFYH");
  }
  return { ...before, [addressFrom(url)]: codeFrom(code) };
}
