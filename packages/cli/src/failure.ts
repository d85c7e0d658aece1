/** How the command fails: one line on stderr, and an exit code that scripts can tell apart. */

import { ClientError } from "@bc/share-client";
import { CommanderError } from "commander";

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

/** Thrown by commands; its text is what the user reads. */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly code: FailureCode;

  constructor(code: FailureCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** What to tell the user about any error; undefined when there is nothing to tell (help was asked for). */
export function failureFor(error: unknown): Failure | undefined {
  if (error instanceof Failure) return error;
  if (error instanceof ClientError) return clientFailure(error);
  if (error instanceof CommanderError) {
    return error.exitCode === 0 ? undefined : usageFailure(error);
  }
  if (error instanceof Error && "syscall" in error)
    return new Failure("usage", error.message, { cause: error });
  return new Failure("fault", `unexpected: ${error instanceof Error ? error.message : error}`, {
    cause: error,
  });
}

/** A missing command prints the help by itself. */
function usageFailure({ code, message }: CommanderError): Failure {
  const text = code === "commander.help" ? "name a command" : message.replace(/^error: /, "");
  return new Failure("usage", text.replaceAll("\n", " "));
}

const LATER: readonly string[] = ["unavailable", "rate-limited"];

function clientFailure(error: ClientError): Failure {
  const { code, refusal, message } = error;
  if (refusal !== undefined) {
    const exit = LATER.includes(refusal.code) ? "unreachable" : "refused";
    const note = refusal.note === undefined ? "" : `; it says: ${refusal.note}`;
    return new Failure(exit, `the server refused: ${refusal.text} (${refusal.code})${note}`, {
      cause: error,
    });
  }
  if (code !== "unreachable") return new Failure("untrusted", message, { cause: error });
  const reason = rootCause(error);
  return new Failure("unreachable", reason === "" ? message : `${message}: ${reason}`, { cause: error });
}

/** The platform hides what it knows (`ECONNREFUSED`) behind "fetch failed". */
function rootCause(error: Error): string {
  let root: unknown = error.cause;
  while (root instanceof Error && root.cause instanceof Error) root = root.cause;
  if (!(root instanceof Error)) return "";
  return root.message !== "" ? root.message : "code" in root ? String(root.code) : root.name;
}
