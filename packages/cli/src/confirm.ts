/** Asking before something that can't be undone. */
import { createInterface } from "node:readline";
import { Option } from "commander";
import { Failure } from "./failure.ts";

export type ConfirmOptions = { readonly yes?: true | undefined };

export function yesOption(): Option {
  return new Option("-y, --yes", "do not ask; needed where there is no terminal");
}

type Terminal = {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream;
};

const TERMINAL: Terminal = { input: process.stdin, output: process.stderr };

/** @throws {Failure} `usage` unless the user says yes, by option or by typing it. */
export async function confirm(prompt: string, { yes }: ConfirmOptions, terminal = TERMINAL): Promise<void> {
  if (yes) return;
  if (!terminal.input.isTTY) {
    throw new Failure("usage", `${prompt} There is no terminal to ask at; if you mean it, say --yes`);
  }
  const answer = await askLine(`${prompt}\nType yes to go on: `, terminal);
  if (answer?.trim().toLowerCase() !== "yes") throw new Failure("usage", "nothing was done");
}

/** A line, or undefined when the input ends without one, or the signal ends the question. */
export function askLine(
  text: string,
  { input, output } = TERMINAL,
  signal?: AbortSignal,
): Promise<string | undefined> {
  // Without `terminal: false`, readline would take over the keys; the terminal itself can edit a line.
  const lines = createInterface({ input, terminal: false });
  output.write(text);
  return new Promise((resolve) => {
    lines.once("line", (line) => {
      resolve(line);
      lines.close();
    });
    lines.once("close", () => resolve(undefined));
    signal?.addEventListener("abort", () => lines.close(), { once: true });
  });
}
