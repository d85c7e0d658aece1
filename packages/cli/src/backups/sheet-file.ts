/** A recovery sheet in a file: text, a page (`.html`), or a picture of its QR code (`.png`). */
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
import { urIn } from "../carried-text.ts";
import { Failure } from "../failure.ts";
import { readFileAt, readFileIfAny, replaceFile } from "../files.ts";
import { urFromPictures } from "../picture-input.ts";
import { encodePng, isPng } from "../png.ts";

const SCALE = 8;

/** Writes a sheet, in the place of an earlier one. @throws {Failure} `usage` where the file is something else. */
export async function writeSheet(path: string, sheet: RecoverySheet): Promise<void> {
  if ((await readFileIfAny(path)) !== undefined) {
    await readSheet(path).catch((cause: unknown) => {
      throw new Failure("usage", `${path} exists already, and is no recovery sheet`, { cause });
    });
  }
  await replaceFile(path, contentOf(path, sheet));
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

function contentOf(path: string, sheet: RecoverySheet): Uint8Array | string {
  if (/\.html?$/i.test(path)) return recoverySheetPage(sheet);
  if (!/\.png$/i.test(path)) return recoverySheetText(sheet);
  return encodePng(modulesOf(sheetToEnvelope(sheet).urString().toUpperCase()), SCALE);
}
