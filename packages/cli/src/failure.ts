/** How the command fails: one line on stderr, and an exit code that scripts can tell apart. */

import { ClientError } from "@bc/share-client";
import { CommanderError } from "commander";
import { clockAdvice } from "./clock.ts";
import { fileProblem } from "./file-problem.ts";
import { networkProblem } from "./network-problem.ts";

export const EXIT_CODES = {
  /** The server said no. */
  refused: 1,
  /** The command was called wrongly, or a file can't be read or written. */
  usage: 2,
  /** The server can't be reached or can't answer now; later it may. */
  unreachable: 3,
  /** An answer that must not be believed, or another server than the known one. */
  untrusted: 4,
  /** A fault of this program (EX_SOFTWARE of sysexits.h). */
  fault: 70,
} as const;

export type FailureCode = keyof typeof EXIT_CODES;

type FailureOptions = ErrorOptions & {
  /** A stable word for scripts, where there is a closer one than `code`: the server's error code, or the client's. */
  readonly reason?: string;
};

/** Thrown by commands; its text is what the user reads. */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly code: FailureCode;
  readonly reason: string;

  constructor(code: FailureCode, message: string, { reason = code, ...options }: FailureOptions = {}) {
    super(message, options);
    this.code = code;
    this.reason = reason;
  }
}

/** A `RangeError` is said of the call: it is the user's to mend. */
export function asUsage(error: unknown): unknown {
  return error instanceof RangeError ? new Failure("usage", error.message, { cause: error }) : error;
}

/** Does the work. @throws {Failure} `usage` in the place of a `RangeError`. */
export async function orUsage<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw asUsage(error);
  }
}

/** What to tell the user about any error; undefined when there is nothing to tell (help was asked for). */
export function failureFor(error: unknown): Failure | undefined {
  if (error instanceof Failure) return error;
  if (error instanceof ClientError) return clientFailure(error);
  if (error instanceof CommanderError) {
    return error.exitCode === 0 ? undefined : usageFailure(error);
  }
  const problem = fileProblem(error);
  if (problem !== undefined) return new Failure("usage", problem, { cause: error });
  return new Failure("fault", `unexpected: ${error instanceof Error ? error.message : error}`, {
    cause: error,
  });
}

/** Commander's texts, as this command would say them. The first that fits counts. */
const USAGE: readonly (readonly [pattern: RegExp, text: string])[] = [
  // A missing command prints the help by itself.
  [/^\(outputHelp\)$/, "name a command"],
  [/^command-argument value '(.*)' is invalid for argument '(.*?)'\. (.*?)\.?$/, "$2 $1: $3"],
  [/^option '(?:-\w, )?(\S+).*?' argument '(.*)' is invalid\. (.*?)\.?$/, "$1 $2: $3"],
  [/^option '(?:-\w, )?(\S+) <(.*)>' argument missing$/, "$1 needs a value: $2"],
  [/^required option '(?:-\w, )?(\S+) <(.*)>' not specified$/, "$1 is missing, with a value: $2"],
  [/^missing required argument '(.*)'$/, "the $1 is missing"],
  [
    /^too many arguments for '(.*)'\. Expected (\d+ arguments?) but got (\d+): (.*?)\.?$/,
    "$1 takes $2, not $3: $4",
  ],
  [
    /^option '(?:-\w, )?(\S+).*?' cannot be used with option '(?:-\w, )?(\S+?)(?: .*)?'$/,
    "$1 and $2 exclude each other",
  ],
];

function usageFailure({ message }: CommanderError): Failure {
  const text = message.replace(/^error: /, "").replaceAll("\n", " ");
  const [pattern, ours] = USAGE.find(([fits]) => fits.test(text)) ?? [/^/, ""];
  return new Failure("usage", text.replace(pattern, ours));
}

const LATER: readonly string[] = ["unavailable", "rate-limited"];
const OF_CLOCKS: readonly string[] = ["expired", "from-the-future"];

function clientFailure(error: ClientError): Failure {
  const { code, refusal, message } = error;
  if (refusal !== undefined) {
    const exit = LATER.includes(refusal.code) ? "unreachable" : "refused";
    const note = refusal.note === undefined ? "" : `; it says: ${refusal.note}`;
    const clock = OF_CLOCKS.includes(refusal.code) ? clockAdvice() : "";
    return new Failure(exit, `the server refused: ${refusal.text} (${refusal.code})${note}${clock}`, {
      cause: error,
      reason: refusal.code,
    });
  }
  if (code === "too-large") return new Failure("refused", message, { cause: error, reason: code });
  if (code !== "unreachable") return new Failure("untrusted", message, { cause: error, reason: code });
  const problem = networkProblem(error);
  return new Failure("unreachable", problem === "" ? message : `${message}: ${problem}`, { cause: error });
}
