import { expect, test } from "vitest";
import { modulesOf } from "./frames.ts";
import { createFilmReader, type Picture, readCodes } from "./read-codes.ts";

const [WIDTH, HEIGHT] = [640, 480];
const TABLE = 128;

type Drawing = {
  readonly isMirrored?: boolean;
  readonly isInverted?: boolean;
  /** Degrees. */
  readonly turned?: number;
  /** How much nearer the bottom is than the top. */
  readonly tilted?: number;
  /** Opacity of the dark squares, of the light ones, and of the table. */
  readonly opacity?: readonly [dark: number, light: number, table: number];
};

/** Codes side by side on a table. */
function draw(
  codes: readonly string[],
  { isMirrored = false, isInverted = false, turned = 0, tilted = 0, opacity = [255, 255, 255] }: Drawing = {},
): Picture {
  const data = new Uint8Array(WIDTH * HEIGHT * 4);
  const [cos, sin] = [Math.cos((turned * Math.PI) / 180), Math.sin((turned * Math.PI) / 180)];
  const all = codes.map((code) => modulesOf(code));
  const each = WIDTH / Math.max(1, codes.length);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const modules = all[Math.floor(x / each)] ?? [];
      const scale = modules.length / (Math.min(each, HEIGHT) * 0.8);
      const [dx, dy] = [((x % each) - each / 2) * scale, (y - HEIGHT / 2) * scale];
      const far = 1 + (tilted * dy) / modules.length;
      const column = Math.floor((dx * cos + dy * sin) * far + modules.length / 2);
      const row = Math.floor((dy * cos - dx * sin) * far + modules.length / 2);
      const isDark = modules[row]?.[isMirrored ? modules.length - 1 - column : column];
      const value = isDark === undefined ? TABLE : isDark === isInverted ? 220 : 30;
      const at = 4 * (y * WIDTH + x);
      data.fill(value, at, at + 3);
      data[at + 3] = opacity[isDark === undefined ? 2 : isDark ? 0 : 1];
    }
  }
  return { width: WIDTH, height: HEIGHT, data };
}

const codeOf = (i: number) => `UR:ENVELOPE/${"LPADASCFADAXCYWENBPLJKHDCA".repeat(6)}${"ABCDEFGHIJKLM"[i]}`;
const CODE = codeOf(0);

test.each<[string, Drawing]>([
  ["dark on light", {}],
  ["dark on light, turned and tilted", { turned: 8, tilted: 0.2 }],
  ["light on dark", { isInverted: true }],
  ["light on dark, tilted", { isInverted: true, turned: 3, tilted: 0.2 }],
  ["mirrored", { isMirrored: true }],
  ["mirrored, tilted", { isMirrored: true, turned: -5, tilted: 0.15 }],
  ["mirrored and light on dark, tilted", { isMirrored: true, isInverted: true, tilted: 0.15 }],
  ["with transparent light squares", { opacity: [255, 0, 0] }],
  ["with transparent dark squares", { opacity: [0, 255, 255] }],
  ["light on dark, with transparent dark squares", { isInverted: true, opacity: [255, 0, 0] }],
])("reads a code that is %s", async (_name, drawing) => {
  expect(await readCodes(draw([CODE], drawing))).toEqual([CODE]);
});

test("reads all codes of a picture, and each once", async () => {
  const codes = [codeOf(1), codeOf(2), codeOf(3)];
  expect([...(await readCodes(draw(codes)))].toSorted()).toEqual(codes);
  expect(await readCodes(draw([CODE, CODE]))).toEqual([CODE]);
});

test("reads none where there is none", async () => {
  expect(await readCodes(draw([]), { patience: 20 })).toEqual([]);
});

test.each<Drawing>([
  { isInverted: true, turned: 3, tilted: 0.2 },
  { isMirrored: true },
  { isMirrored: true, isInverted: true },
])("a film in the style %o is read once the style is found", async (drawing) => {
  const read = createFilmReader();
  const seen: number[] = [];
  for (let i = 0; i < 9; i++) seen.push((await read(draw([codeOf(i)], drawing))).length);
  const begun = seen.indexOf(1);
  expect(begun).toBeGreaterThanOrEqual(0);
  expect(begun).toBeLessThan(3);
  // A frame that is not read is one of a film: another one comes.
  expect(seen.slice(begun).filter((count) => count === 0).length).toBeLessThan(2);
});
