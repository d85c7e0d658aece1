/** What commands print: for people, or as JSON with `--json`. */
import { join } from "node:path";
import { bytewordsIdentifier } from "@bc/envelope";
import type { Receipt, RetrievedShare } from "@bc/share-client";
import { Failure } from "./failure.ts";
import { readFileIfAny, writeNewFile } from "./files.ts";
import type { Settings } from "./settings.ts";

/** Where shares go. */
export type SharesOutput = { readonly json: boolean; readonly folder: string | undefined };

export function printLine(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function printJSON(value: unknown): void {
  printLine(JSON.stringify(value, undefined, 2));
}

/** Rows of name and value, the values one below the other. */
export function printRows(rows: readonly (readonly [name: string, value: string])[]): void {
  const width = Math.max(...rows.map(([name]) => name.length));
  for (const [name, value] of rows) printLine(`${name.padEnd(width)}  ${value}`);
}

/** A table with a line of headings. */
export function printTable(headings: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = headings.map((heading, column) => {
    return Math.max(heading.length, ...rows.map((cells) => cells[column]?.length ?? 0));
  });
  for (const cells of [headings, ...rows]) {
    printLine(
      cells
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    );
  }
}

/** In red where a person looks at it. */
export function inRed(text: string): string {
  return process.stdout.isTTY ? `\u001b[31m${text}\u001b[39m` : text;
}

export function printReceipt({ json }: Pick<Settings, "json">, receipt: Receipt): void {
  const hex = receipt.hex();
  if (json) printJSON({ receipt: hex, words: bytewordsIdentifier(receipt.data) });
  else printLine(hex);
}

/**
 * Shares as files named by their receipts when a folder is given, and otherwise a single share as it is.
 *
 * @throws {Failure} `usage` for several shares without a folder, or a file that holds something else.
 */
export async function outputShares(
  shares: readonly RetrievedShare[],
  { json, folder }: SharesOutput,
): Promise<void> {
  if (folder !== undefined) {
    for (const share of shares) await saveShare(folder, share);
    if (json)
      printJSON(shares.map(({ receipt }) => ({ receipt: receipt.hex(), file: join(folder, receipt.hex()) })));
    return;
  }
  if (json) {
    printJSON(shares.map(({ receipt, data }) => ({ receipt: receipt.hex(), base64: base64(data) })));
    return;
  }
  const [share, ...others] = shares;
  if (others.length > 0)
    throw new Failure("usage", "there are several shares; name a folder for them with -o");
  if (share === undefined) throw new Failure("usage", "there are no shares");
  process.stdout.write(share.data);
}

/** Leaves every file as it is. @throws {Failure} `usage` when the share's file holds anything else than the share. */
async function saveShare(folder: string, { receipt, data }: RetrievedShare): Promise<void> {
  const path = join(folder, receipt.hex());
  const present = await readFileIfAny(path);
  if (present === undefined) await writeNewFile(path, data);
  else if (Buffer.compare(present, data) !== 0) {
    throw new Failure("usage", `${path} holds something else than the share, and is left as it is`);
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
