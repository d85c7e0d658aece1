/** The page's side of the worker that reads QR codes. */
import type { Reading, WorkerPicture } from "./decoder.ts";

/** Longest side, in pixels, of a picture that the worker gets. The largest QR code has 177 modules a side. */
const MAX_SIDE = 1_280;

type Source = CanvasImageSource & (HTMLVideoElement | ImageBitmap);

/** Gives the texts of the QR codes in a picture, or in a frame of the camera. */
export type ReadPicture = (source: Source) => Promise<readonly string[]>;

/** @param script URL of the worker. The browser loads it at once, so that the page can go on without a network. */
export function createPictureReader(script: string): ReadPicture {
  const worker = new Worker(script);
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const waiting = new Map<number, (codes: readonly string[]) => void>();
  let last = 0;

  worker.addEventListener("message", ({ data }: MessageEvent<Reading>) => {
    waiting.get(data.id)?.(data.codes);
    waiting.delete(data.id);
  });

  // A broken worker reads nothing. The page then offers the same help as when the camera sees no code.
  let isBroken = false;
  worker.addEventListener("error", () => {
    isBroken = true;
    for (const resolve of waiting.values()) resolve([]);
    waiting.clear();
  });

  return (source) => {
    const isStill = !(source instanceof HTMLVideoElement);
    const [fullWidth, fullHeight] = isStill
      ? [source.width, source.height]
      : [source.videoWidth, source.videoHeight];
    const scale = Math.min(1, MAX_SIDE / Math.max(fullWidth, fullHeight));
    const [width, height] = [Math.round(fullWidth * scale), Math.round(fullHeight * scale)];
    if (isBroken || pen === null || width === 0 || height === 0) return Promise.resolve([]);
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    // Where this picture is transparent, the one before would show.
    pen.clearRect(0, 0, width, height);
    pen.drawImage(source, 0, 0, width, height);
    const { buffer } = pen.getImageData(0, 0, width, height).data;
    const picture: WorkerPicture = { id: ++last, width, height, pixels: buffer, isStill };
    return new Promise((resolve) => {
      waiting.set(picture.id, resolve);
      worker.postMessage(picture, [buffer]);
    });
  };
}
