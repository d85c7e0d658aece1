/** A message as pictures of QR codes in a folder, for other programs and devices to show. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { type Frames, modulesOf } from "@bc/share-client";
import { Failure } from "./failure.ts";
import { makeFolder, writeNewFile } from "./files.ts";
import { encodePng } from "./png.ts";

/** Pixels a side for each module; a code of the usual size is then about 550 pixels wide. */
const SCALE = 8;

/** Makes the folder. @throws {Failure} `usage` when there are pictures in it, which readers would mix up with ours. */
export async function expectNoPictures(folder: string): Promise<void> {
  await makeFolder(folder);
  if ((await readdir(folder)).some((name) => /\.png$/i.test(name))) {
    throw new Failure("usage", `there are pictures in ${folder} already; name another folder`);
  }
}

/** Writes each part once, under names that sort in order. Shown again and again, they replace missed ones. */
export async function writePictures(frames: Frames, folder: string): Promise<readonly string[]> {
  const paths = [];
  const all = String(frames.count);
  for (let i = 1; i <= frames.count; i++) {
    const path = join(folder, `request-${String(i).padStart(all.length, "0")}-of-${all}.png`);
    await writeNewFile(path, encodePng(modulesOf(frames.next()), SCALE));
    paths.push(path);
  }
  return paths;
}
