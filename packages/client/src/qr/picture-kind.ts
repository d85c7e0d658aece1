/** Kinds of pictures, by how their files begin. What a program cannot open it can at least name. */

/** Names as people know them, with what stands in the file, and from which byte on. */
const KINDS: readonly (readonly [name: string, at: number, pattern: RegExp])[] = [
  ["PNG", 0, /^\x89PNG\r\n/],
  ["JPEG", 0, /^\xff\xd8\xff/],
  ["GIF", 0, /^GIF8[79]a/],
  ["BMP", 0, /^BM/],
  ["TIFF", 0, /^(?:II\*\0|MM\0\*)/],
  ["PDF", 0, /^%PDF-/],
  ["WebP", 8, /^WEBP/],
  ["HEIC", 4, /^ftyp(?:hei[cxms]|hev[cxms]|mif1|msf1)/],
  ["AVIF", 4, /^ftypavi[fs]/],
  ["SVG", 0, /^(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*|<!--[\s\S]*?-->\s*|<!DOCTYPE svg[^>]*>\s*)*<svg[\s>]/],
];

/** Bytes of a file that are enough to tell. */
export const KIND_BYTES = 1_024;

/** The kind of the picture that a file begins with, such as `PNG` or `HEIC`. Undefined when it is none of those known. */
export function pictureKind(file: Uint8Array): string | undefined {
  // Each byte as one character.
  const start = String.fromCharCode(...file.subarray(0, KIND_BYTES));
  return KINDS.find(([, at, pattern]) => pattern.test(start.slice(at)))?.[0];
}
