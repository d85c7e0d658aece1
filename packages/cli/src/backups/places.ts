/** What the commands that speak to several servers share: codes, prompts, and what to tell about each server. */
import { type PlaceOutcome, printable } from "@bc/share-client";
import { InvalidArgumentError, Option } from "commander";
import { addressFrom } from "../arguments.ts";
import { askLine } from "../confirm.ts";
import { EXIT_CODES, failureFor } from "../failure.ts";
import { tellFailureAt } from "../tell.ts";

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

/** The code that the user has for this server: given, or typed at the terminal. Undefined: not yet. */
export async function codeFor(url: string, codes: Codes): Promise<string | undefined> {
  const given = codes[url];
  if (given !== undefined || !process.stdin.isTTY) return given;
  const typed = await askLine(`Code from ${printable(url)} (Enter if you used its link, or for later): `);
  return typed?.trim() || undefined;
}

/** A line on stderr for each server that failed. The exit code is that of the first. */
export function tellFailures(outcomes: readonly PlaceOutcome<unknown>[]): void {
  for (const outcome of outcomes) {
    if ("value" in outcome) continue;
    const failure = failureFor(outcome.error);
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
  return { ...before, [addressFrom(url)]: code };
}
