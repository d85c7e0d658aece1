import { expect, test } from "vitest";
import { type Drawing, drawCodes } from "../../../../test/kit/drawn-codes.ts";
import { createFilmReader, readCodes } from "./read-codes.ts";

const codeOf = (i: number) => `UR:ENVELOPE/${"LPADASCFADAXCYWENBPLJKHDCA".repeat(6)}${"ABCDEFGHIJKLM"[i]}`;
const CODE = codeOf(0);

test.each<[string, Drawing]>([
  ["dark on light", {}],
  ["dark on light, turned and tilted", { turned: 5, tilted: 0.3 }],
  ["light on dark", { isInverted: true }],
  ["light on dark, tilted", { isInverted: true, turned: 3, tilted: 0.3 }],
  ["mirrored", { isMirrored: true }],
  ["mirrored, tilted", { isMirrored: true, turned: -5, tilted: 0.3 }],
  ["mirrored and light on dark, tilted", { isMirrored: true, isInverted: true, tilted: 0.3 }],
  ["with transparent light squares", { opacity: [255, 0, 0] }],
  ["with transparent dark squares", { opacity: [0, 255, 255] }],
  ["light on dark, with transparent dark squares", { isInverted: true, opacity: [255, 0, 0] }],
])("reads a code that is %s", async (_name, drawing) => {
  expect(await readCodes(drawCodes([CODE], drawing))).toEqual([CODE]);
});

test("reads all codes of a picture, and each once", async () => {
  const codes = [codeOf(1), codeOf(2), codeOf(3)];
  expect([...(await readCodes(drawCodes(codes)))].toSorted()).toEqual(codes);
  expect(await readCodes(drawCodes([CODE, CODE]))).toEqual([CODE]);
});

test("reads none where there is none", async () => {
  expect(await readCodes(drawCodes([]), { patience: 20 })).toEqual([]);
});

test.each<Drawing>([
  { isInverted: true, turned: 3, tilted: 0.3 },
  { isMirrored: true },
  { isMirrored: true, isInverted: true },
])("a film in the style %o is read once the style is found", async (drawing) => {
  const read = createFilmReader();
  const seen: number[] = [];
  for (let i = 0; i < 9; i++) seen.push((await read(drawCodes([codeOf(i)], drawing))).length);
  const begun = seen.indexOf(1);
  expect(begun).toBeGreaterThanOrEqual(0);
  expect(begun).toBeLessThan(3);
  // A frame that is not read is one of a film: another one comes.
  expect(seen.slice(begun).filter((count) => count === 0).length).toBeLessThan(2);
});
