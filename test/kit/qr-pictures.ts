/** QR codes as the other side of an exchange shows and reads them. */
import { readFile } from "node:fs/promises";
import { framesOf, modulesOf } from "@bc/share-client";
import decodeQR from "qr/decode.js";
import type { UR } from "#bc/ur";
import { decodePng, encodePng } from "../../packages/cli/src/png.ts";

/** Pictures of so many frames, or of each part once. */
export function picturesOf(ur: UR, fragment = 200, count?: number): readonly Uint8Array[] {
  const frames = framesOf(ur, fragment);
  return Array.from({ length: count ?? frames.count }, () => encodePng(modulesOf(frames.next()), 4));
}

export async function readPicture(path: string): Promise<string> {
  return decodeQR(decodePng(await readFile(path)));
}
