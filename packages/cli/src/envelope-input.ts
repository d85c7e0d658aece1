/** Envelopes as they come from files, pipes and pictures: CBOR, `ur:envelope/…`, a multi-part UR, or QR codes. */

import { Envelope } from "@bc/envelope";
import { printable } from "@bc/share-client";
import { decodeText, documentFromUR } from "@bc/share-protocol";
import { type Command, Option } from "commander";
import type { UR } from "#bc/ur";
import { urIn } from "./carried-text.ts";
import { Failure } from "./failure.ts";
import { readInput } from "./files.ts";
import { urFromFolder, urFromPictures } from "./picture-input.ts";

/** Where an envelope comes from: one of these. */
export type EnvelopeSource = {
  readonly file: string | undefined;
  /** Pictures of QR codes. */
  readonly image?: readonly string[];
  /** A folder that pictures of QR codes are written into. */
  readonly cameraDir?: string;
};

/** How every envelope begins, with its tag. No text in UTF-8 does. */
const TAGGED_CBOR = [0xd8, 200];

const NO_ENVELOPE = "envelope: neither ur:envelope/… nor CBOR";

/** For every command that takes an envelope. */
export function addPictures(command: Command): Command {
  return command
    .addOption(
      new Option("--image <files...>", "PNG pictures of its QR codes, in any order").conflicts("cameraDir"),
    )
    .addOption(
      new Option("--camera-dir <folder>", "wait for such pictures, as a camera program writes them there"),
    );
}

/**
 * A XID document, `ur:xid/…`, is an envelope as well.
 *
 * @param types of UR that pictures are searched for.
 * @throws {Failure} `usage` when the source holds none, and when there is no source or more than one.
 */
export async function readEnvelope(
  { file, image, cameraDir }: EnvelopeSource,
  types: readonly ("envelope" | "xid")[],
): Promise<Envelope> {
  const sources = [file, image, cameraDir].filter((source) => source !== undefined);
  if (sources.length !== 1) {
    throw new Failure("usage", "name either a file, or pictures with --image, or a folder with --camera-dir");
  }
  if (file === undefined) {
    const ur = await (cameraDir === undefined
      ? urFromPictures(image ?? [], types)
      : urFromFolder(cameraDir, types));
    return orNone("the QR code", () => envelopeOf(ur));
  }
  const [name, bytes] = [file === "-" ? "stdin" : printable(file), await readInput(file)];
  if (TAGGED_CBOR.every((byte, i) => bytes[i] === byte)) {
    return orNone(name, () => Envelope.fromCborData(bytes));
  }
  const ur = urIn(decodeText(bytes), types, { where: name, what: NO_ENVELOPE });
  return orNone(name, () => envelopeOf(ur));
}

function orNone(name: string, read: () => Envelope): Envelope {
  try {
    return read();
  } catch (cause) {
    throw new Failure("usage", `${name} holds no ${NO_ENVELOPE}`, { cause });
  }
}

function envelopeOf(ur: UR): Envelope {
  const text = ur.toString();
  return ur.isType("xid") ? documentFromUR(text) : Envelope.fromURString(text);
}
