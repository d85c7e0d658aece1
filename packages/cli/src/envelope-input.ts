/** Envelopes as they come from files, pipes and pictures: CBOR, `ur:envelope/…`, a multi-part UR, or QR codes. */

import { Envelope } from "@bc/envelope";
import { decodeTransport, documentFromUR } from "@bc/share-protocol";
import { type Command, Option } from "commander";
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

/** The first byte of every envelope, since its tag is a number of one byte. No text begins with it. */
const TAGGED_CBOR = 0xd8;

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
    return orNone("the QR code", () => envelopeIn(new TextEncoder().encode(ur.toString())));
  }
  const bytes = await readInput(file);
  return orNone(file === "-" ? "stdin" : file, () => envelopeIn(bytes));
}

function orNone(name: string, read: () => Envelope): Envelope {
  try {
    return read();
  } catch (cause) {
    throw new Failure("usage", `${name} holds no envelope: neither ur:envelope/… nor CBOR`, { cause });
  }
}

function envelopeIn(bytes: Uint8Array): Envelope {
  if (bytes[0] === TAGGED_CBOR) return Envelope.fromCborData(bytes);
  const text = new TextDecoder().decode(bytes);
  return /^\s*ur:xid\//i.test(text)
    ? documentFromUR(text)
    : Envelope.fromCborData(decodeTransport(bytes, "ur"));
}
