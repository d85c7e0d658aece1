/**
 * Messages out of pictures of QR codes: files that are there, or a folder that a camera program writes into.
 *
 * The command passes over pictures without a part of the message, with a note. In a folder only what is written from
 * now on counts: otherwise the command would read yesterday's answer before today's. It may read a picture before the
 * camera has written all of it, and then reads it again when it has changed.
 */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import {
  type Collected,
  type Collector,
  createCollector,
  createFilmReader,
  type Picture,
  type Progress,
  pictureKind,
  readCodes,
} from "@bc/share-client";
import type { UR } from "#bc/ur";
import { partsKnown, wantedTypes } from "./carried-text.ts";
import { Failure } from "./failure.ts";
import { readFileAt, readFileIfAny } from "./files.ts";
import { decodePng } from "./png.ts";
import { endProgress, tellNote, tellProgress } from "./tell.ts";

/** Milliseconds to spend on a picture that is hard to read: one that was chosen, and one of many that a camera writes. */
const PATIENCE = { chosen: 1_000, many: 100 } as const;
/** Milliseconds between two looks into a folder: network drives and telephones do not tell what is new. */
const LOOK_EVERY = 100;

/** Pictures of kinds that this command does not read. */
const OTHER_PICTURE = /\.(jpe?g|heic|heif|webp|gif|bmp|tiff?)$/i;

/** All codes of a picture as one text, or why there is none. */
type Look = { readonly text: string } | { readonly problem: string };
type ReadPicture = (picture: Picture) => Promise<readonly string[]>;

const UNREADABLE = { problem: "is damaged, too large, or not written to its end" } as const;
const NO_CODE = { problem: "has no QR code that can be read" } as const;

/**
 * @param types of UR to look for, such as `envelope`.
 * @throws {Failure} `usage` when the pictures do not hold a whole message, with what they do hold.
 */
export async function urFromPictures(files: readonly string[], types: readonly string[]): Promise<UR> {
  const collector = createCollector(...types);
  for (const file of files) {
    const added = add(collector, await lookAt(await readFileAt(file), readChosen), types);
    if ("problem" in added) tellNote(`${file} ${added.problem}`);
    if ("ur" in added) return added.ur;
  }
  throw new Failure("usage", incomplete(collector.unfinished()));
}

/** Waits for pictures, until they make a whole message. @param types of UR to look for, such as `envelope`. */
export async function urFromFolder(folder: string, types: readonly string[]): Promise<UR> {
  const collector = createCollector(...types);
  const seen = await versionsIn(folder);
  if (seen.size > 0)
    tellNote(`the pictures that are in ${folder} already are left alone; --image reads those`);
  tellProgress(`waiting for new PNG pictures in ${folder}; Ctrl-C stops`);
  const readFrame = createFilmReader({ patience: PATIENCE.many });
  const said = new Set<string>();
  for (;;) {
    for (const [name, version] of await versionsIn(folder)) {
      if (seen.get(name) === version) continue;
      seen.set(name, version);
      const file = join(folder, name);
      const look = await lookAtNew(file, readFrame);
      if (look === undefined) continue;
      const added = add(collector, look, types);
      if ("ur" in added) {
        endProgress();
        return added.ur;
      }
      if ("problem" in added) {
        // One note of each kind is enough: a camera makes many pictures with the same problem.
        if (!said.has(added.problem)) tellNote(`${file} ${added.problem}; such pictures are passed over`);
        said.add(added.problem);
      } else if (added.isNew) {
        tellProgress(partsKnown(added.progress));
      }
    }
    await pause(LOOK_EVERY);
  }
}

/** Nothing while the file is being written, or when it is gone again. */
async function lookAtNew(file: string, read: ReadPicture): Promise<Look | undefined> {
  const bytes = await readFileIfAny(file);
  if (bytes === undefined || bytes.length === 0) return undefined;
  const look = await lookAt(bytes, read);
  return look === UNREADABLE ? undefined : look;
}

const readChosen: ReadPicture = (picture) => readCodes(picture, { patience: PATIENCE.chosen });

async function lookAt(file: Uint8Array, read: ReadPicture): Promise<Look> {
  const kind = pictureKind(file);
  if (kind !== "PNG") {
    return { problem: `is ${kind === undefined ? "no picture" : `in the format ${kind}`}; only PNG is read` };
  }
  let picture: Picture;
  try {
    picture = decodePng(file);
  } catch {
    return UNREADABLE;
  }
  const codes = await read(picture);
  return codes.length === 0 ? NO_CODE : { text: codes.join("\n") };
}

type Added =
  | { readonly ur: UR }
  | { readonly progress: Progress; readonly isNew: boolean }
  | { readonly problem: string };

function add(collector: Collector, look: Look, types: readonly string[]): Added {
  if ("problem" in look) return look;
  const begun = collector.unfinished().length;
  const collected = collector.add(look.text);
  if (collected.kind === "part") return collected;
  if (collected.kind !== "complete") return { problem: otherwise(collected, types) };
  // A message in parts is itself one of those begun; a message in a single code is not.
  const isOfParts = /^ur:[^/]+\/\d+-\d+\//i.test(look.text.trim());
  if (begun > (isOfParts ? 1 : 0)) tellNote("there are parts of another message too; they are left out");
  return { ur: collected.ur };
}

function otherwise(
  { kind, ...more }: Exclude<Collected, { kind: "complete" | "part" }>,
  types: readonly string[],
) {
  const wanted = wantedTypes(types);
  if ("type" in more) return `has a QR code of ur:${more.type}, not of ${wanted}`;
  if (kind === "too-large") return "has a QR code of a message that is too large";
  if (kind === "several") return "has a QR code of different messages";
  if (kind === "damaged") return "has a QR code that is damaged, or fits none of the others";
  return `has a QR code of something else than ${wanted}`;
}

function incomplete(unfinished: readonly Progress[]): string {
  const [first, ...others] = unfinished.map(partsKnown);
  if (first === undefined) return "the pictures hold no message, and no part of one";
  if (others.length > 0) {
    return `the pictures hold parts of different messages, and none is whole: ${[first, ...others].join("; ")}`;
  }
  return `the message is not whole: ${first}; add pictures of the other codes`;
}

/** The pictures in a folder by their names, with something that changes when they are written again. */
async function versionsIn(folder: string): Promise<Map<string, string>> {
  const names = (await readdir(folder)).filter((name) => /\.png$/i.test(name) || OTHER_PICTURE.test(name));
  const versions = await Promise.all(
    names.toSorted().map(async (name) => {
      const file = await stat(join(folder, name)).catch(() => undefined);
      return file?.isFile() ? ([[name, `${file.size} ${file.mtimeMs}`]] as const) : [];
    }),
  );
  return new Map(versions.flat());
}
