/**
 * LifeHash, version 2: a picture of a digest, for recognising it at a glance.
 *
 * Spec: LifeHash of Blockchain Commons. The digest's hash is the first generation of a Game of Life on a torus of
 * 16 × 16; each cell's value is how late it lived last. The digest itself picks the colours and the symmetry.
 *
 * Trap: people compare the pictures of different programs, so every pixel must be the reference's. The reference
 * computes luminance and remainders in single precision, hence `Math.fround`.
 */
import { Digest } from "@bc/envelope";

const SIDE = 16;
const MAX_GENERATIONS = 150;

/** Width and height of the picture in pixels. */
export const LIFEHASH_SIZE = 2 * SIDE;

type Color = readonly [red: number, green: number, blue: number];
type Gradient = (t: number) => Color;

/** The picture of a 32-byte digest, such as a XID: RGBA, row by row. */
export function lifeHash(digest: Uint8Array): Uint8ClampedArray<ArrayBuffer> {
  const values = normalized(lastLived(generations(bitsOf(Digest.fromImage(digest).data))));
  const entropy = createEntropy(digest);
  entropy.bit();
  entropy.bit();
  const gradient = pickGradient(entropy);
  const isSnowflake = entropy.bit();

  const pixels = new Uint8ClampedArray(LIFEHASH_SIZE * LIFEHASH_SIZE * 4);
  values.forEach((value, cell) => {
    const [red, green, blue] = gradient(value).map((part) => Math.floor(clamped(part) * 255));
    for (const [x, y] of copies(cell % SIDE, Math.floor(cell / SIDE), isSnowflake)) {
      pixels.set([red ?? 0, green ?? 0, blue ?? 0, 255], (y * LIFEHASH_SIZE + x) * 4);
    }
  });
  return pixels;
}

function bitsOf(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from({ length: bytes.length * 8 }, (_, i) => ((bytes[i >> 3] ?? 0) >> (7 - (i & 7))) & 1);
}

/** All generations until one repeats an earlier one. */
function generations(first: Uint8Array): readonly Uint8Array[] {
  const seen = new Set<string>();
  const history: Uint8Array[] = [];
  for (let cells = first; history.length < MAX_GENERATIONS; cells = nextGeneration(cells)) {
    const key = cells.join("");
    if (seen.has(key)) break;
    seen.add(key);
    history.push(cells);
  }
  return history;
}

function nextGeneration(cells: Uint8Array): Uint8Array {
  return cells.map((alive, cell) => {
    const [x, y] = [cell % SIDE, Math.floor(cell / SIDE)];
    let neighbours = -alive;
    for (let dy = -1; dy <= 1; dy++) {
      for (let dx = -1; dx <= 1; dx++) {
        neighbours += cells[((y + dy + SIDE) % SIDE) * SIDE + ((x + dx + SIDE) % SIDE)] ?? 0;
      }
    }
    return neighbours === 3 || (alive === 1 && neighbours === 2) ? 1 : 0;
  });
}

/** For each cell the last generation in which it lived, as a fraction of all generations. 0: it never lived. */
function lastLived(history: readonly Uint8Array[]): readonly number[] {
  const values = new Array<number>(SIDE * SIDE).fill(0);
  history.forEach((cells, i) => {
    cells.forEach((alive, cell) => {
      if (alive === 1) values[cell] = (i + 1) / history.length;
    });
  });
  return values;
}

function normalized(values: readonly number[]): readonly number[] {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return values.map((value) => (least - value) / (least - most));
}

/** Where a cell is drawn: mirrored into four quarters, or turned into them. */
function copies(x: number, y: number, isSnowflake: boolean): readonly (readonly [number, number])[] {
  const last = LIFEHASH_SIZE - 1;
  const [mirroredX, mirroredY] = [last - x, last - y];
  return isSnowflake
    ? [
        [x, y],
        [mirroredX, y],
        [x, mirroredY],
        [mirroredX, mirroredY],
      ]
    : [
        [x, y],
        [last - y, x],
        [y, last - x],
        [mirroredX, mirroredY],
      ];
}

type Entropy = {
  readonly bit: () => boolean;
  readonly fraction: () => number;
  readonly quarter: () => number;
};

/** The digest's bits, most significant first, each used once. */
function createEntropy(digest: Uint8Array): Entropy {
  const bits = bitsOf(digest);
  let used = 0;
  const bit = () => bits[used++] === 1;
  const number = (size: number) => {
    let value = 0;
    for (let i = 0; i < size; i++) value = value * 2 + Number(bit());
    return value;
  };
  return { bit, quarter: () => number(2), fraction: () => number(16) / 0xffff };
}

const WHITE: Color = [1, 1, 1];
const BLACK: Color = [0, 0, 0];

/** A round of hues that can all be printed. */
const spectrum = blend([
  [0, 168 / 255, 222 / 255],
  [41 / 255, 60 / 255, 130 / 255],
  [210 / 255, 59 / 255, 130 / 255],
  [217 / 255, 63 / 255, 53 / 255],
  [244 / 255, 228 / 255, 81 / 255],
  [0, 158 / 255, 84 / 255],
  [0, 168 / 255, 222 / 255],
]);

function pickGradient(entropy: Entropy): Gradient {
  const pick = [monochromatic, complementary, triadic, analogous][entropy.quarter()] ?? monochromatic;
  const { colors, isReversed } = pick(entropy);
  const gradient = blend(colors);
  return isReversed ? (t) => gradient(1 - t) : gradient;
}

type Choice = { readonly colors: readonly Color[]; readonly isReversed: boolean };

function monochromatic({ bit, fraction }: Entropy): Choice {
  const hue = fraction();
  const isTint = bit();
  const isReversed = bit();
  const keyAdvance = fraction() * 0.3 + 0.05;
  const neutralAdvance = fraction() * 0.3 + 0.05;
  const key = isTint ? mix(spectrum(hue), BLACK, 0.5) : spectrum(hue);
  const neutral = isTint ? WHITE : BLACK;
  return { colors: [mix(key, neutral, keyAdvance), mix(neutral, key, neutralAdvance)], isReversed };
}

function complementary({ bit, fraction }: Entropy): Choice {
  const hue = fraction();
  const [lighten, darken] = [fraction() * 0.3, fraction() * 0.3];
  const isReversed = bit();
  const [one, other] = [spectrum(hue), spectrum(remainder(hue + 0.5))];
  const [dark, light] = luminance(one) > luminance(other) ? [other, one] : [one, other];
  return { colors: [mix(dark, BLACK, darken), mix(light, WHITE, lighten)], isReversed };
}

function triadic({ bit, fraction }: Entropy): Choice {
  const hue = fraction();
  const [lighten, darken] = [fraction() * 0.3, fraction() * 0.3];
  const isReversed = bit();
  const hues = [hue, remainder(hue + 1 / 3), remainder(hue + 2 / 3)];
  const [dark = BLACK, middle = BLACK, light = BLACK] = hues
    .map(spectrum)
    .sort((a, b) => luminance(a) - luminance(b));
  return { colors: [mix(light, WHITE, lighten), middle, mix(dark, BLACK, darken)], isReversed };
}

function analogous({ bit, fraction }: Entropy): Choice {
  const hue = fraction();
  const advance = fraction() * 0.5 + 0.2;
  const isReversed = bit();
  const round = [hue, remainder(hue + 1 / 12), remainder(hue + 2 / 12), remainder(hue + 3 / 12)].map(
    spectrum,
  );
  const [first = BLACK, , , last = BLACK] = round;
  const [darkest = BLACK, dark = BLACK, light = BLACK, lightest = BLACK] =
    luminance(first) < luminance(last) ? round : round.toReversed();
  const colors = [
    mix(darkest, BLACK, advance),
    mix(dark, BLACK, advance / 2),
    mix(light, WHITE, advance / 2),
    mix(lightest, WHITE, advance),
  ];
  return { colors, isReversed };
}

/** A gradient through all these colours, evenly spaced. */
function blend(colors: readonly Color[]): Gradient {
  const [first = BLACK, last = BLACK] = [colors[0], colors.at(-1)];
  if (colors.length === 2) return (t) => mix(first, last, t);
  return (t) => {
    if (t >= 1) return last;
    if (t <= 0) return first;
    const position = t * (colors.length - 1);
    const segment = Math.floor(position);
    return mix(colors[segment] ?? first, colors[segment + 1] ?? last, remainder(position));
  };
}

function mix(from: Color, to: Color, t: number): Color {
  const f = clamped(t);
  const part = (i: 0 | 1 | 2) => clamped(from[i] * (1 - f) + to[i] * f);
  return [part(0), part(1), part(2)];
}

function luminance([red, green, blue]: Color): number {
  const square = (value: number) => Math.fround(Math.fround(value) ** 2);
  const sum = Math.fround(square(0.299 * red) + square(0.587 * green));
  return Math.fround(Math.sqrt(Math.fround(sum + square(0.114 * blue))));
}

/** The remainder of a division by one, in the single precision of the reference. */
function remainder(value: number): number {
  return Math.fround((Math.fround(value) % 1) + 1) % 1;
}

function clamped(value: number): number {
  return Math.max(Math.min(value, 1), 0);
}
