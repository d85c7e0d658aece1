/** How the command gives out a request that the user carries over by other means. */
import { writeFile } from "node:fs/promises";
import type { Envelope } from "@bc/envelope";
import type { BuiltRequest } from "@bc/share-client";
import { FRAMES_PER_SECOND } from "@bc/share-client";
import { type Command, Option } from "commander";
import { MultipartEncoder } from "#bc/ur";
import { expectNoPictures, writePictures } from "./animation-pictures.ts";
import { fpsFrom, fragmentFrom, partsFrom } from "./arguments.ts";
import { Failure } from "./failure.ts";
import { printJSON, printLine } from "./output.ts";
import type { Settings } from "./settings.ts";
import { cut, cutToFit, showAnimation, USUAL_FRAGMENT } from "./show-animation.ts";

export type RequestForm = {
  readonly cbor?: true;
  readonly urParts?: number;
  readonly output?: string;
  readonly qr?: true;
  readonly qrDir?: string;
  /** Codes a second. */
  readonly fps?: number;
  /** Bytes of the message in each code. */
  readonly fragment?: number;
};

/** A plain request shows the share in it. */
const OWNER_ONLY = 0o600;

export function addForm(command: Command): Command {
  return command
    .addOption(new Option("--cbor", "CBOR instead of ur:envelope/…").conflicts("urParts"))
    .addOption(
      new Option("--ur-parts <n>", "a multi-part UR of at most this many lines").argParser(partsFrom),
    )
    .option("-o, --output <file>", "write to a file instead of stdout")
    .addOption(
      new Option("--qr", "show QR codes in the terminal, until you press Enter").conflicts([
        "cbor",
        "urParts",
        "output",
        "qrDir",
      ]),
    )
    .addOption(
      new Option(
        "--qr-dir <folder>",
        "write QR codes as PNG pictures, into a folder without pictures",
      ).conflicts(["cbor", "urParts", "output"]),
    )
    .addOption(
      new Option("--fps <n>", `QR codes a second (default: ${FRAMES_PER_SECOND})`).argParser(fpsFrom),
    )
    .addOption(
      new Option(
        "--fragment <bytes>",
        `of the request in each QR code (default: ${USUAL_FRAGMENT}, or what the terminal has room for)`,
      ).argParser(fragmentFrom),
    );
}

/**
 * To be called before anything is made.
 *
 * @throws {Failure} `usage` for a form that JSON can't have, codes without a terminal, or a folder with other pictures.
 */
export async function expectForm({ json }: Settings, form: RequestForm): Promise<void> {
  const { qr, qrDir, fps, fragment } = form;
  if (json && (form.cbor || form.output !== undefined || qr)) {
    throw new Failure(
      "usage",
      "JSON holds text and goes to stdout: --json takes neither --cbor nor --qr nor -o",
    );
  }
  if (!qr && (fps !== undefined || (fragment !== undefined && qrDir === undefined))) {
    throw new Failure("usage", "--fps and --fragment are for --qr, and --fragment for --qr-dir");
  }
  if (qr && !process.stdout.isTTY) {
    throw new Failure("usage", "there is no terminal to show QR codes in; write pictures with --qr-dir");
  }
  if (qrDir !== undefined) await expectNoPictures(qrDir);
}

export async function outputRequest(
  { json }: Settings,
  { id, envelope }: BuiltRequest,
  form: RequestForm,
): Promise<void> {
  const { urParts, qr, qrDir, fragment, fps = FRAMES_PER_SECOND } = form;
  const tellId = () => process.stderr.write(`id ${id.hex()}\n`);
  if (qr) {
    const frames = cutToFit(envelope.ur(), process.stdout, fragment);
    // The ID comes first, so that it stands on the screen when the codes are gone.
    tellId();
    await showAnimation(frames, fps, { input: process.stdin, output: process.stdout });
    return;
  }
  if (qrDir !== undefined) {
    const pictures = await writePictures(cut(envelope.ur(), fragment ?? USUAL_FRAGMENT), qrDir);
    if (json) return printJSON({ id: id.hex(), pictures });
    for (const picture of pictures) printLine(picture);
    tellId();
    return;
  }
  const lines = urParts === undefined ? [envelope.urString()] : multipart(envelope, urParts);
  if (json) {
    printJSON({ id: id.hex(), ...(urParts === undefined ? { envelope: lines[0] } : { parts: lines }) });
    return;
  }
  const content = form.cbor ? envelope.cborData() : `${lines.join("\n")}\n`;
  if (form.output === undefined) process.stdout.write(content);
  else await writeFile(form.output, content, { mode: OWNER_ONLY });
  tellId();
}

/** The parts that the message is cut into are enough here: mixtures of them are for lossy channels. */
function multipart(envelope: Envelope, parts: number): readonly string[] {
  const ur = envelope.ur();
  const encoder = new MultipartEncoder(ur, Math.ceil(ur.cbor.toData().length / parts));
  return Array.from({ length: encoder.partCount }, () => encoder.nextPart());
}
