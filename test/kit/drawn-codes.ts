/** QR codes as pictures have them: turned, tilted, mirrored, light on dark, on transparent paper, several side by side. */
import { modulesOf, type Picture } from "@bc/share-client";

export type Drawing = {
  readonly width?: number;
  readonly height?: number;
  /** Height of a code, of the room that it has. */
  readonly size?: number;
  readonly isMirrored?: boolean;
  readonly isInverted?: boolean;
  /** Degrees. */
  readonly turned?: number;
  /** How much nearer the bottom is than the top: of a plane seen in perspective. */
  readonly tilted?: number;
  /** Brightness of what the codes lie on. */
  readonly table?: number;
  /** Opacity of the dark squares, of the light ones, and of the table. */
  readonly opacity?: readonly [dark: number, light: number, table: number];
};

const PAPER = 215;
const INK = 45;

/** Codes side by side on a table; undefined for an empty place. */
export function drawCodes(
  codes: readonly (string | undefined)[],
  {
    width = 640,
    height = 480,
    size = 0.8,
    isMirrored = false,
    isInverted = false,
    turned = 0,
    tilted = 0,
    table = 128,
    opacity: [dark, light, bare] = [255, 255, 255],
  }: Drawing = {},
): Picture {
  const data = new Uint8Array(width * height * 4);
  const [cos, sin] = [Math.cos((turned * Math.PI) / 180), Math.sin((turned * Math.PI) / 180)];
  const all = codes.map((code) => (code === undefined ? [] : modulesOf(code)));
  const room = width / Math.max(1, codes.length);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 4) {
      const modules = all[Math.floor(x / room)] ?? [];
      const scale = modules.length / (Math.min(room, height) * size);
      const [dx, dy] = [((x % room) - room / 2) * scale, (y - height / 2) * scale];
      const far = 1 / (1 + (tilted * dy) / modules.length);
      const column = Math.floor((dx * cos + dy * sin) * far + modules.length / 2);
      const row = Math.floor((dy * cos - dx * sin) * far + modules.length / 2);
      const isDark = modules[row]?.[isMirrored ? modules.length - 1 - column : column];
      data.fill(isDark === undefined ? table : isDark === isInverted ? PAPER : INK, at, at + 3);
      data[at + 3] = isDark === undefined ? bare : isDark ? dark : light;
    }
  }
  return { width, height, data };
}

/** The picture as a file that browsers read: BMP with 24 bits a pixel, without transparency. */
export function bmpOf({ width, height, data }: Picture): Buffer {
  const rowSize = Math.ceil((width * 3) / 4) * 4;
  const file = Buffer.alloc(54 + rowSize * height);
  file.write("BM", "latin1");
  file.writeUInt32LE(file.length, 2);
  file.writeUInt32LE(54, 10);
  file.writeUInt32LE(40, 14);
  file.writeInt32LE(width, 18);
  file.writeInt32LE(-height, 22);
  file.writeUInt16LE(1, 26);
  file.writeUInt16LE(24, 28);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = 4 * (y * width + x);
      file.set([data[at + 2] ?? 0, data[at + 1] ?? 0, data[at] ?? 0], 54 + y * rowSize + x * 3);
    }
  }
  return file;
}
