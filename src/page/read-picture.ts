/** The page's side of the worker that reads QR codes. */
import type { Picture, Reading } from "./decoder.ts";

/** Longest side, in pixels, of a picture that the worker gets. The largest QR code has 177 modules a side. */
const MAX_SIDE = 1_280;

type Source = CanvasImageSource & (HTMLVideoElement | ImageBitmap);

/** Gives the text of a QR code in the picture, or nothing. */
export type ReadPicture = (
  source: Source,
  options?: { readonly isThorough?: boolean },
) => Promise<string | undefined>;

/** @param script URL of the worker. The browser loads it at once, so that the page can go on without a network. */
export function createPictureReader(script: string): ReadPicture {
  const worker = new Worker(script);
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const waiting = new Map<number, (text: string | undefined) => void>();
  let last = 0;

  worker.addEventListener("message", ({ data }: MessageEvent<Reading>) => {
    waiting.get(data.id)?.(data.text);
    waiting.delete(data.id);
  });

  // A broken worker reads nothing. The page then offers the same help as when the camera sees no code.
  let isBroken = false;
  worker.addEventListener("error", () => {
    isBroken = true;
    for (const resolve of waiting.values()) resolve(undefined);
    waiting.clear();
  });

  return (source, { isThorough = false } = {}) => {
    const [fullWidth, fullHeight] =
      source instanceof HTMLVideoElement
        ? [source.videoWidth, source.videoHeight]
        : [source.width, source.height];
    const scale = Math.min(1, MAX_SIDE / Math.max(fullWidth, fullHeight));
    const [width, height] = [Math.round(fullWidth * scale), Math.round(fullHeight * scale)];
    if (isBroken || pen === null || width === 0 || height === 0) return Promise.resolve(undefined);
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    pen.drawImage(source, 0, 0, width, height);
    const { buffer } = pen.getImageData(0, 0, width, height).data;
    const picture: Picture = { id: ++last, width, height, pixels: buffer, isThorough };
    return new Promise((resolve) => {
      waiting.set(picture.id, resolve);
      worker.postMessage(picture, [buffer]);
    });
  };
}
