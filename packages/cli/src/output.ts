/** What commands print: for people, or as JSON with `--json`. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { bytewordsIdentifier } from "@bc/envelope";
import { printable, type Receipt, type RetrievedShare } from "@bc/share-client";
import type { ConfirmOptions } from "./confirm.ts";
import { Failure } from "./failure.ts";
import { replaceFile } from "./files.ts";
import { jsonText } from "./json-text.ts";
import { filesToWrite } from "./overwrite.ts";
import type { Settings } from "./settings.ts";

/** Where shares go. */
export type SharesOutput = ConfirmOptions & { readonly json: boolean; readonly folder: string | undefined };

export function printLine(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function printJSON(value: unknown): void {
  printLine(jsonText(value, 2));
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
 * @throws {Failure} `usage` for several shares without a folder, or a file that the user does not want to lose.
 */
export async function outputShares(
  shares: readonly RetrievedShare[],
  { json, folder, yes }: SharesOutput,
): Promise<void> {
  if (folder !== undefined) {
    await expectFolder(folder);
    const files = shares.map(({ receipt, data }) => ({ path: join(folder, receipt.hex()), content: data }));
    const written = await filesToWrite(files, { yes });
    for (const { path, content } of written) await replaceFile(path, content);
    if (json)
      return printJSON(shares.map(({ receipt }, i) => ({ receipt: receipt.hex(), file: files[i]?.path })));
    for (const file of files) {
      const { path, content } = file;
      printLine(
        `${printable(path)}  ${content.length}${written.includes(file) ? "" : "  was there already"}`,
      );
    }
    return;
  }
  if (json) {
    printJSON(shares.map(({ receipt, data }) => ({ receipt: receipt.hex(), base64: base64(data) })));
    return;
  }
  const [share, ...others] = shares;
  if (others.length > 0)
    throw new Failure(
      "usage",
      `there are ${shares.length} shares; name one by its receipt, or a folder for all with -o`,
    );
  if (share === undefined) throw new Failure("usage", "there are no shares");
  process.stdout.write(share.data);
}

/** @throws {Failure} `usage` for a file, or what stands for stdout elsewhere. */
async function expectFolder(path: string): Promise<void> {
  if (path === "-") throw new Failure("usage", "-o takes a folder; without -o a single share goes to stdout");
  const there = await stat(path).catch(() => undefined);
  if (there?.isDirectory() === false) throw new Failure("usage", `${path} is a file; -o takes a folder`);
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
