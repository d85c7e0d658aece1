/**
 * QR codes in pictures, however they are drawn: dark on light or light on dark, mirrored, on transparent paper, several
 * in one picture.
 *
 * The package `qr` reads codes that are dark on light. Of those that are light on dark it reads the ones that are not
 * tilted, and mirrored ones not at all. So where it finds nothing, it gets the same pixels inverted and mirrored.
 */
import { decodeQRBatch } from "qr/decode.js";

/** Pixels row by row, four bytes each: red, green, blue and opacity. */
export type Picture = {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array | Uint8ClampedArray;
};

export type ReadOptions = {
  /** The text of a code's bytes. Default: UTF-8. */
  readonly textOfCode?: ((bytes: Uint8Array) => string) | undefined;
  /** Milliseconds to spend on what is hard to read, for each style that is tried. */
  readonly patience?: number | undefined;
};

/** How a code differs from one that is dark on light. */
type Style = { readonly isInverted: boolean; readonly isMirrored: boolean };

const USUAL: Style = { isInverted: false, isMirrored: false };
const OTHERS: readonly Style[] = [
  { isInverted: true, isMirrored: false },
  { isInverted: false, isMirrored: true },
  { isInverted: true, isMirrored: true },
];

/** What lies behind transparent pixels. */
const WHITE = 255;
const BLACK = 0;

/** The texts of all codes in a picture. None where there is none that can be read. `patience` is 500 by default. */
export async function readCodes(
  picture: Picture,
  { patience = 500, textOfCode }: ReadOptions = {},
): Promise<readonly string[]> {
  const papers = isOpaque(picture) ? [WHITE] : [WHITE, BLACK];
  for (const style of [USUAL, ...OTHERS]) {
    for (const paper of papers) {
      const found = await codesIn(drawn(picture, style, paper), { patience, textOfCode });
      if (found.length > 0) return found;
    }
  }
  return [];
}

/**
 * Reads the frames of a film, each in a few hundredths of a second. A film keeps its style, so the reader looks first for
 * the style in which it has read a code; where that fails, it tries one of the others for each frame. `patience` is a
 * sixtieth of a second by default.
 *
 * @returns reads a frame, whose pixels are all opaque.
 */
export function createFilmReader(options: ReadOptions = {}): (frame: Picture) => Promise<readonly string[]> {
  let [last, ...others] = [USUAL, ...OTHERS];
  return async (frame) => {
    const found = await codesIn(drawn(frame, last, WHITE), options);
    const [next, ...later] = others;
    if (found.length > 0 || next === undefined) return found;
    const foundOtherwise = await codesIn(drawn(frame, next, WHITE), options);
    if (foundOtherwise.length === 0) others = [...later, next];
    else [last, others] = [next, [last, ...later]];
    return foundOtherwise;
  };
}

async function codesIn(
  { width, height, data }: Picture,
  { patience, textOfCode }: ReadOptions,
): Promise<readonly string[]> {
  const options = {
    maxSize: { width, height },
    ...(patience !== undefined && { effort: Number.POSITIVE_INFINITY, timeLimit: patience }),
    ...(textOfCode !== undefined && { textDecoder: textOfCode }),
  };
  // All codes, and behind the last one the error that ended the search.
  const [found = []] = await decodeQRBatch(
    [{ width, height, data: new Uint8Array(data.buffer, data.byteOffset, data.length) }],
    options,
  );
  return [...new Set(found.filter((result) => typeof result === "string"))];
}

function isOpaque({ data }: Picture): boolean {
  for (let i = 3; i < data.length; i += 4) if (data[i] !== 255) return false;
  return true;
}

/** The picture on paper of this brightness, opaque, and such that a code of this style is dark on light. */
function drawn(picture: Picture, { isInverted, isMirrored }: Style, paper: number): Picture {
  const { width, height, data } = picture;
  if (!isInverted && !isMirrored && paper === WHITE && isOpaque(picture)) return picture;
  const pixels = new Uint8Array(data.length);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++, to += 4) {
      const from = isMirrored ? 4 * (y * width + width - 1 - x) : to;
      const opacity = (data[from + 3] ?? 0) / 255;
      for (let i = 0; i < 3; i++) {
        const value = (data[from + i] ?? 0) * opacity + paper * (1 - opacity);
        pixels[to + i] = isInverted ? 255 - value : value;
      }
      pixels[to + 3] = 255;
    }
  }
  return { width, height, data: pixels };
}
