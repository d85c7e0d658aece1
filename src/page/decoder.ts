/** Reads QR codes in pictures, in a worker, so that a hard picture does not slow the page. */
import { createFilmReader, readCodes } from "@bc/share-client";
import { textOfCode } from "./secrets/seed-digits.ts";

export type WorkerPicture = {
  readonly id: number;
  readonly width: number;
  readonly height: number;
  /** RGBA. */
  readonly pixels: ArrayBuffer;
  /** Whether it is a picture of its own, worth more time: it has no next frame. */
  readonly isStill: boolean;
};

export type Reading = { readonly id: number; readonly codes: readonly string[] };

const readFrame = createFilmReader({ textOfCode });

addEventListener("message", async ({ data }: MessageEvent<WorkerPicture>) => {
  const reading: Reading = { id: data.id, codes: await read(data) };
  postMessage(reading);
});

async function read({ width, height, pixels, isStill }: WorkerPicture): Promise<readonly string[]> {
  const picture = { width, height, data: new Uint8Array(pixels) };
  try {
    return await (isStill ? readCodes(picture, { textOfCode }) : readFrame(picture));
  } catch {
    return [];
  }
}
