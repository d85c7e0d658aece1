import { deflateSync } from "node:zlib";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { decodePng, encodePng, isPng } from "./png.ts";

/** A sample picture: for each pixel its samples, and the colour that the reader has to show. */
type Kind = {
  readonly name: string;
  readonly colour: number;
  readonly depth: number;
  readonly samples: (x: number, y: number) => readonly number[];
  readonly shown: (x: number, y: number) => readonly number[];
  readonly palette?: readonly number[];
  /** What is transparent of the palette, or the one colour that is. */
  readonly transparent?: readonly number[];
};

const byte = (x: number, y: number) => (x * 37 + y * 59) & 0xff;
const grey = (value: number) => [value, value, value];
const RAINBOW = [255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 8, 7];

const KINDS: readonly Kind[] = [
  ...[1, 2, 4, 8].map((depth): Kind => {
    const most = 2 ** depth - 1;
    const sample = (x: number, y: number) => byte(x, y) & most;
    const shown = (x: number, y: number) => grey((sample(x, y) * 255) / most);
    return { name: `grey ${depth}`, colour: 0, depth, samples: (x, y) => [sample(x, y)], shown };
  }),
  {
    name: "grey 16",
    colour: 0,
    depth: 16,
    samples: (x, y) => [byte(x, y) * 256 + 5],
    shown: (x, y) => grey(byte(x, y)),
  },
  {
    name: "colour 8",
    colour: 2,
    depth: 8,
    samples: (x, y) => [byte(x, y), byte(y, x), x],
    shown: (x, y) => [byte(x, y), byte(y, x), x],
  },
  ...[2, 8].map((depth): Kind => {
    const index = (x: number, y: number) => (x + y) & 3;
    const shown = (x: number, y: number) => RAINBOW.slice(index(x, y) * 3, index(x, y) * 3 + 3);
    return {
      name: `palette ${depth}`,
      colour: 3,
      depth,
      samples: (x, y) => [index(x, y)],
      shown,
      palette: RAINBOW,
    };
  }),
  {
    name: "palette 2 with transparency",
    colour: 3,
    depth: 2,
    samples: (x, y) => [(x + y) & 3],
    shown: (x, y) => [
      ...RAINBOW.slice(((x + y) & 3) * 3, ((x + y) & 3) * 3 + 3),
      [0, 128][(x + y) & 3] ?? 255,
    ],
    palette: RAINBOW,
    transparent: [0, 128],
  },
  {
    name: "grey 1 with a transparent colour",
    colour: 0,
    depth: 1,
    samples: (x, y) => [byte(x, y) & 1],
    shown: (x, y) => [...grey((byte(x, y) & 1) * 255), (byte(x, y) & 1) * 255],
    transparent: [0, 0],
  },
  {
    name: "colour 16 with a transparent colour",
    colour: 2,
    depth: 16,
    samples: (x) => [x * 256, 7, 0xffff],
    shown: (x) => [x, 0, 255, x === 2 ? 0 : 255],
    transparent: [2, 0, 0, 7, 255, 255],
  },
  {
    name: "grey and transparency 8",
    colour: 4,
    depth: 8,
    samples: (x, y) => [byte(x, y), x % 2 === 0 ? 255 : 0],
    shown: (x, y) => [...grey(byte(x, y)), x % 2 === 0 ? 255 : 0],
  },
  {
    name: "colour and transparency 16",
    colour: 6,
    depth: 16,
    samples: (x, y) => [byte(x, y) * 256, 0, 0xffff, 0xffff],
    shown: (x, y) => [byte(x, y), 0, 255],
  },
];

const PASSES = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** Rows take the five filters in turn. Checksums are left out: they are not read. */
function pngOf(
  { colour, depth, samples, palette, transparent }: Kind,
  width: number,
  height: number,
  interlaced: boolean,
) {
  const rows: number[] = [];
  for (const [x0, y0, dx, dy] of interlaced ? PASSES : [[0, 0, 1, 1] as const]) {
    if (x0 >= width) continue;
    let before: number[] = [];
    for (let y = y0; y < height; y += dy) {
      let bits = "";
      for (let x = x0; x < width; x += dx) {
        for (const sample of samples(x, y)) bits += sample.toString(2).padStart(depth, "0");
      }
      const row = (bits.match(/.{1,8}/g) ?? []).map((eight) => Number.parseInt(eight.padEnd(8, "0"), 2));
      const behind = Math.max(1, (samples(0, 0).length * depth) >> 3);
      const filter = y % 5;
      rows.push(filter);
      for (const [i, value] of row.entries()) {
        const [left, up, corner] = [row[i - behind] ?? 0, before[i] ?? 0, before[i - behind] ?? 0];
        const nearest = [left, up, corner].toSorted(
          (a, b) => Math.abs(left + up - corner - a) - Math.abs(left + up - corner - b),
        )[0];
        rows.push((value - ([0, left, up, (left + up) >> 1, nearest][filter] ?? 0)) & 0xff);
      }
      before = row;
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header.set([depth, colour, 0, 0, interlaced ? 1 : 0], 8);
  const chunk = (type: string, content: Uint8Array) => {
    const size = Buffer.alloc(4);
    size.writeUInt32BE(content.length);
    return [size, Buffer.from(type), content, Buffer.alloc(4)];
  };
  const compressed = deflateSync(Uint8Array.from(rows));
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    ...chunk("IHDR", header),
    ...(palette === undefined ? [] : chunk("PLTE", Uint8Array.from(palette))),
    ...(transparent === undefined ? [] : chunk("tRNS", Uint8Array.from(transparent))),
    ...chunk("IDAT", compressed.subarray(0, 7)),
    ...chunk("IDAT", compressed.subarray(7)),
    ...chunk("IEND", new Uint8Array()),
  ]);
}

const kinds = KINDS.flatMap((kind) => [false, true].map((interlaced) => ({ ...kind, interlaced })));

test.each(kinds)("a picture is read as it is: $name, interlaced $interlaced", ({ interlaced, ...kind }) => {
  for (const [width, height] of [
    [13, 11],
    [1, 1],
    [3, 9],
  ] as const) {
    const picture = decodePng(pngOf(kind, width, height, interlaced));
    expect([picture.width, picture.height]).toEqual([width, height]);
    const expected = Array.from({ length: width * height }, (_, i) =>
      [...kind.shown(i % width, Math.floor(i / width)), 255].slice(0, 4),
    ).flat();
    expect([...picture.data]).toEqual(expected);
  }
});

test("a code that was written is read back, module by module", () => {
  const modules = fc
    .integer({ min: 1, max: 40 })
    .chain((side) =>
      fc.array(fc.array(fc.boolean(), { minLength: side, maxLength: side }), { minLength: 1, maxLength: 40 }),
    );
  fc.assert(
    fc.property(modules, fc.integer({ min: 1, max: 9 }), (rows, scale) => {
      const { width, data } = decodePng(encodePng(rows, scale));
      const middle = Math.floor(scale / 2);
      const read = rows.map((row, y) =>
        row.map((_, x) => data[((y * scale + middle) * width + x * scale + middle) * 4] === 0),
      );
      expect(read).toEqual(rows);
    }),
    { numRuns: 30 },
  );
});

test("what is cut off, damaged or no picture is refused with a RangeError, whatever is wrong with it", () => {
  const whole = encodePng([[true, false, true]], 4);
  for (let length = 0; length < whole.length; length++) {
    expect(() => decodePng(whole.subarray(0, length))).toThrow(RangeError);
  }
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, value) => {
      try {
        decodePng(whole.with(at, value));
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    }),
  );
  expect(isPng(Buffer.from("GIF89a"))).toBe(false);
});

test("a size that no camera has is refused before anything is unpacked", () => {
  const bomb = Buffer.from(encodePng([[true]], 1));
  bomb.writeUInt32BE(0xffff_ffff, 16);
  expect(() => decodePng(bomb)).toThrow("too large");
});
