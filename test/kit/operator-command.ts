/** The operator's command as a process of its own. Of the developer's environment it gets only the PATH. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { COMPILE_CACHE } from "./compile-cache.ts";

const PROGRAM = join(import.meta.dirname, "../../src/operator/main.ts");

type Environment = Readonly<Record<string, string>>;

export type Operated = {
  /** -1 when a signal ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
};

/** Runs the command to its end, whichever that is. */
export async function operate(args: readonly string[], environment: Environment = {}): Promise<Operated> {
  const command = beginOperating(args, environment);
  const [stdout, stderr] = await Promise.all([
    text(command.stdout),
    text(command.stderr),
    once(command, "close"),
  ]);
  return { code: command.exitCode ?? -1, stdout, stderr };
}

/** Starts the command, for whoever stops it before its end. What it prints need not be read. */
export function beginOperating(
  args: readonly string[],
  environment: Environment,
): ChildProcessByStdio<null, Readable, Readable> {
  const { PATH = "" } = process.env;
  return spawn(process.execPath, [PROGRAM, ...args], {
    env: { PATH, NODE_COMPILE_CACHE: COMPILE_CACHE, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
}
