/**
 * How the operator's command fails: one line on stderr, and an exit code that scripts can tell apart.
 *
 * The wallet's command has a table of its own (packages/cli): it fails in other ways, and neither depends on the other.
 */
import { CommanderError } from "commander";
import { ConfigError } from "../server/config.ts";
import { reasonOf } from "../store/reason.ts";
import { StoreError } from "../store/sql.ts";

export const OPERATOR_EXIT_CODES = {
  /** The command asked a question, and the answer is no: a migration is missing. */
  no: 1,
  /** The command was called wrongly, or the environment, a file or the database does not fit. */
  usage: 2,
  /** The database can't be reached now. */
  unreachable: 3,
  /** A fault of this program (EX_SOFTWARE of sysexits.h). */
  fault: 70,
} as const;

export type OperatorFailureCode = keyof typeof OPERATOR_EXIT_CODES;

/** Thrown by commands; its text is what the operator reads. */
export class OperatorFailure extends Error {
  override readonly name = "OperatorFailure";
  readonly code: OperatorFailureCode;

  constructor(code: OperatorFailureCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** What to tell the operator about any error. Undefined when there is nothing to tell: the operator asked for help. */
export function operatorFailureFor(error: unknown): OperatorFailure | undefined {
  if (error instanceof OperatorFailure) return error;
  if (error instanceof ConfigError) return new OperatorFailure("usage", error.message, { cause: error });
  if (error instanceof StoreError) {
    const code = error.code === "unavailable" ? "unreachable" : "usage";
    return new OperatorFailure(code, reasonOf(error), { cause: error });
  }
  if (error instanceof CommanderError) {
    return error.exitCode === 0
      ? undefined
      : new OperatorFailure("usage", mistakeIn(error), { cause: error });
  }
  const message = error instanceof Error ? error.message : String(error);
  const isOfSystem = error instanceof Error && "syscall" in error;
  return isOfSystem
    ? new OperatorFailure("usage", message, { cause: error })
    : new OperatorFailure("fault", `unexpected: ${message}`, { cause: error });
}

/** Commander answers a missing command with the help, and its error says nothing of use. */
function mistakeIn({ code, message }: CommanderError): string {
  return code === "commander.help" ? "name a command" : message.replace(/^error: /, "").replaceAll("\n", " ");
}
