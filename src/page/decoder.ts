/** Reads QR codes in pictures, in a worker, so that a hard picture does not slow the page. */
import decodeQR from "qr/decode.js";
import { textOfCode } from "./secrets/seed-digits.ts";

export type Picture = {
  readonly id: number;
  readonly width: number;
  readonly height: number;
  /** RGBA. */
  readonly pixels: ArrayBuffer;
  /** Whether to try for longer: a single picture has no next frame. */
  readonly isThorough: boolean;
};

export type Reading = { readonly id: number; readonly text: string | undefined };

/** Milliseconds for a single picture. A frame of the camera gets the package's default, a sixtieth of a second. */
const PATIENCE = 2_000;

addEventListener("message", ({ data }: MessageEvent<Picture>) => {
  const reading: Reading = { id: data.id, text: read(data) };
  postMessage(reading);
});

function read({ width, height, pixels, isThorough }: Picture): string | undefined {
  try {
    const options = isThorough ? { effort: Number.POSITIVE_INFINITY, timeLimit: PATIENCE } : {};
    return decodeQR({ width, height, data: new Uint8Array(pixels) }, { ...options, textDecoder: textOfCode });
  } catch {
    return undefined;
  }
}
