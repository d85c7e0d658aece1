/** Passphrases: typed without echo, or for scripts from a file or the environment. Never from the command line. */
import { readFile } from "node:fs/promises";
import { Failure } from "../failure.ts";

/** Where a passphrase may come from. */
export type PassphraseSource = {
  /** The file of `--passphrase-file`; a pipe or `/dev/fd/3` does as well. */
  readonly file: string | undefined;
  /** A variable of the environment. Empty counts as not given. */
  readonly variable: string;
};

/** A passphrase that is given without asking anybody. A file's last line break is none of it. */
export async function givenPassphrase({ file, variable }: PassphraseSource): Promise<string | undefined> {
  if (file !== undefined) {
    const text = new TextDecoder().decode(await readFile(file)).replace(/\r?\n$/, "");
    if (text === "") throw new Failure("usage", `${file} holds no passphrase`);
    return text;
  }
  return process.env[variable] || undefined;
}

/** @throws {Failure} `usage` when none is given, and there is no terminal to ask at. */
export async function passphraseFor(what: string, source: PassphraseSource): Promise<string> {
  const given = await givenPassphrase(source);
  if (given !== undefined) return given;
  expectTerminal(`${what} is encrypted`);
  return askSecretly(`Passphrase of ${what}: `);
}

/** Asked twice, since nobody sees what is typed. @throws {Failure} `usage` also when the two differ, or are empty. */
export async function newPassphraseFor(what: string, source: PassphraseSource): Promise<string> {
  const given = await givenPassphrase(source);
  if (given !== undefined) return given;
  expectTerminal("a new passphrase is needed");
  const typed = await askSecretly(`New passphrase of ${what}: `);
  if (typed === "") throw new Failure("usage", "an empty passphrase is none; nothing was done");
  if ((await askSecretly("The same again: ")) === typed) return typed;
  throw new Failure("usage", "the two differ; nothing was done");
}

function expectTerminal(why: string): void {
  if (process.stdin.isTTY) return;
  throw new Failure(
    "usage",
    `${why}, and there is no terminal to ask at; name a file with --passphrase-file, or set SHARE_PASSPHRASE`,
  );
}

const ENTER = new Set(["\r", "\n"]);
const ERASE = new Set(["\b", "\u007f"]);
const INTERRUPT = "\u0003";
const END = "\u0004";

type Terminal = {
  readonly input: NodeJS.ReadableStream & { readonly setRawMode: (isRaw: boolean) => unknown };
  readonly output: NodeJS.WritableStream;
};

/** A line of the terminal, which does not show it. */
export function askSecretly(
  prompt: string,
  { input, output }: Terminal = { input: process.stdin, output: process.stderr },
): Promise<string> {
  // Before anybody is asked: what is typed until then would be shown.
  input.setRawMode(true);
  input.setEncoding("utf8");
  input.resume();
  output.write(prompt);
  return new Promise((resolve, reject) => {
    const typed: string[] = [];
    const end = () => {
      input.off("data", read);
      input.setRawMode(false);
      input.pause();
      output.write("\n");
    };
    const read = (text: string) => {
      const characters = [...text];
      for (const [index, character] of characters.entries()) {
        if (ENTER.has(character) || character === END) {
          end();
          // A script may type ahead.
          const rest = characters.slice(index + 1).join("");
          if (rest !== "") input.unshift(rest);
          return resolve(typed.join(""));
        }
        if (character === INTERRUPT) {
          end();
          return reject(new Failure("usage", "nothing was done"));
        }
        if (ERASE.has(character)) typed.pop();
        else typed.push(character);
      }
    };
    input.on("data", read);
  });
}
