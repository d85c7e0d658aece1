import { expect, test } from "vitest";
import { pictureKind } from "./picture-kind.ts";

const SVG = '<svg xmlns="http://www.w3.org/2000/svg"/>';

test.each([
  ["PNG", "\x89PNG\r\n\x1a\n\0\0\0\rIHDR"],
  ["JPEG", "\xff\xd8\xff\xe0\0\x10JFIF"],
  ["GIF", "GIF89a\x01"],
  ["BMP", "BM\x36"],
  ["TIFF", "II*\0"],
  ["PDF", "%PDF-1.7"],
  ["WebP", "RIFF\x10\0\0\0WEBPVP8 "],
  ["HEIC", "\0\0\0\x18ftypheic\0\0\0\0mif1heic"],
  ["HEIC", "\0\0\0\x1cftypmif1\0\0\0\0"],
  ["AVIF", "\0\0\0\x1cftypavif"],
  ["SVG", SVG],
  ["SVG", `\xef\xbb\xbf<?xml version="1.0"?>\n<!-- a\ncomment -->\n<!DOCTYPE svg PUBLIC "a" "b">\n${SVG}`],
  [undefined, "ur:envelope/lp"],
  [undefined, "<html><svg></svg></html>"],
  [undefined, "\0\0\0\x18ftypmp42"],
  [undefined, ""],
])("%s begins with %j", (kind, start) => {
  expect(pictureKind(Buffer.from(start, "latin1"))).toBe(kind);
});
