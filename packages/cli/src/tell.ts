/**
 * What the command says on stderr. For people each text is a line that begins with `share: `. For scripts, with `--json`,
 * there is one object at the end, and nothing where there is nothing to say:
 *
 *     {"error":{"code","message"},"failures":[{"url","code","message"}],"notes":["…"]}
 */
import { printable } from "@bc/share-client";
import type { Failure } from "./failure.ts";
import { jsonText } from "./json-text.ts";

export type Voice = {
  /** One object at the end. */
  readonly json: boolean;
  /** No notes and no progress. */
  readonly quiet: boolean;
  /** Every exchange with a server. */
  readonly verbose: boolean;
};

type Told = { readonly code: string; readonly message: string };

let voice: Voice = { json: false, quiet: false, verbose: false };
const notes: string[] = [];
const noted = new Set<string>();
const failures: (Told & { readonly url: string })[] = [];

/** To be called before anything is said. */
export function useVoice(chosen: Voice): void {
  voice = chosen;
}

/** What has been done beside what was asked. */
export function tell(text: string): void {
  if (voice.json) notes.push(text);
  else if (!voice.quiet) writeLine(text);
}

/** What the user should know beside a result. Several servers, or several answers of one, may say the same. */
export function tellNote(note: string): void {
  if (noted.has(note)) return;
  noted.add(note);
  if (voice.json) notes.push(note);
  else if (!voice.quiet) writeLine(`note: ${note}`);
}

/** What the user has to know, and so is said to everybody. */
export function tellWarning(warning: string): void {
  if (voice.json) notes.push(warning);
  else writeLine(`warning: ${warning}`);
}

/** One server of several has failed, and the command goes on. */
export function tellFailureAt(url: string, failure: Failure): void {
  if (voice.json) failures.push({ url, code: failure.reason, message: failure.message });
  else writeLine(`${url}: ${failure.message}`);
}

/** Tells how far a slow step is. On a terminal each text takes the place of the one before. */
export function tellProgress(text: string): void {
  if (voice.json || voice.quiet) return;
  process.stderr.write(`${clearLine()}share: ${printable(text)}${process.stderr.isTTY ? "" : "\n"}`);
}

/** The same for a step that is worth a word only to a person who waits. */
export function tellStep(text: string): void {
  if (process.stderr.isTTY) tellProgress(`${text} …`);
}

/** Clears the terminal's line for what comes after the progress. */
export function endProgress(): void {
  if (!voice.json && !voice.quiet) process.stderr.write(clearLine());
}

/** What only `--verbose` tells. */
export function tellDetail(text: string): void {
  if (voice.verbose && !voice.json) writeLine(text);
}

/** The last word. @param failure what the command ends with, if it fails. */
export function tellEnd(failure: Failure | undefined): void {
  if (!voice.json) {
    if (failure !== undefined) writeLine(failure.message);
    return;
  }
  const said = {
    ...(failure !== undefined && { error: { code: failure.reason, message: failure.message } }),
    ...(failures.length > 0 && { failures }),
    ...(notes.length > 0 && { notes }),
  };
  if (Object.keys(said).length > 0) process.stderr.write(`${jsonText(said)}\n`);
}

function writeLine(text: string): void {
  process.stderr.write(`${clearLine()}share: ${printable(text)}\n`);
}

function clearLine(): string {
  return process.stderr.isTTY ? "\r\u001b[K" : "";
}
