/** A recovery sheet in a file: a page (`.html`), a picture of its QR code (`.png`), or text. */
import { extname } from "node:path";
import { Envelope } from "@bc/envelope";
import {
  modulesOf,
  type RecoverySheet,
  readRecoverySheet,
  recoverySheetPage,
  recoverySheetText,
  sheetToEnvelope,
} from "@bc/share-client";
import { decodeText } from "@bc/share-protocol";
import { InvalidArgumentError } from "commander";
import { urIn } from "../carried-text.ts";
import { Failure } from "../failure.ts";
import { readFileAt, readFileIfAny, replaceFile } from "../files.ts";
import { urFromPictures } from "../picture-input.ts";
import { encodePng, isPng } from "../png.ts";

const SCALE = 8;

/** By the ending of the file's name. */
const WRITERS: Readonly<Record<string, (sheet: RecoverySheet) => Uint8Array | string>> = {
  ".html": recoverySheetPage,
  ".htm": recoverySheetPage,
  ".png": (sheet) => encodePng(modulesOf(sheetToEnvelope(sheet).urString().toUpperCase()), SCALE),
  ".txt": recoverySheetText,
  "": recoverySheetText,
};

/** A file that a sheet can be written to. @throws {InvalidArgumentError} for the ending of another format. */
export function sheetFileFrom(path: string): string {
  if (writerFor(path) !== undefined) return path;
  throw new InvalidArgumentError("a sheet is .html to print, .png for the QR code alone, or .txt");
}

/**
 * Writes a sheet, in the place of an earlier one.
 *
 * @param path as {@link sheetFileFrom} gives it.
 * @throws {Failure} `usage` where the file is something else.
 */
export async function writeSheet(path: string, sheet: RecoverySheet): Promise<void> {
  if ((await readFileIfAny(path)) !== undefined) {
    await readSheet(path).catch((cause: unknown) => {
      throw new Failure("usage", `${path} exists already, and is no recovery sheet`, { cause });
    });
  }
  await replaceFile(path, (writerFor(path) ?? recoverySheetText)(sheet));
}

/** @throws {Failure} `usage` when the file holds no recovery sheet. */
export async function readSheet(path: string): Promise<RecoverySheet> {
  const bytes = await readFileAt(path);
  const ur = isPng(bytes)
    ? await urFromPictures([path], ["envelope"])
    : urIn(decodeText(bytes), ["envelope"], { where: path, what: "recovery sheet" });
  try {
    return readRecoverySheet(Envelope.fromURString(ur.toString()));
  } catch (cause) {
    throw new Failure("usage", `${path} holds an envelope, but no recovery sheet`, { cause });
  }
}

function writerFor(path: string) {
  return WRITERS[extname(path).toLowerCase()];
}
