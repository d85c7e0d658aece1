/**
 * Animated QR codes for Chromium's fake camera, as bad as real ones: blurred, turned, noisy, with codes missing.
 *
 * Format: YUV4MPEG2 with 4:2:0 chroma, which stays grey. Everything is the same at each run: chance comes from a seed.
 */
import { type Drawing, drawCodes } from "../kit/drawn-codes.ts";

const WIDTH = 560;
const HEIGHT = 480;
const TABLE = 120;

export type Wear = Pick<Drawing, "turned" | "tilted" | "isMirrored" | "isInverted" | "size"> & {
  /** How far each pixel may be off, of 255. */
  readonly noise?: number;
  /** Times that each pixel is mixed with its neighbours. */
  readonly blur?: number;
};

export type AnimationOptions = {
  readonly wear?: Wear;
  /** Pictures a second. */
  readonly rate?: number;
  /** Pictures of each code. */
  readonly each?: number;
};

/** @param codes text of each code in turn; undefined for an empty table. */
export function animation(
  codes: readonly (string | undefined)[],
  { wear = {}, rate = 10, each = 1 }: AnimationOptions = {},
): Uint8Array {
  const random = createRandom(codes.length);
  const chroma = new Uint8Array((WIDTH * HEIGHT) / 2).fill(128);
  const head = new TextEncoder().encode(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F${rate}:1 Ip A1:1 C420jpeg\n`);
  const frame = new TextEncoder().encode("FRAME\n");
  const pictures = codes.flatMap((code) => {
    const sharp = draw(code, wear);
    return Array.from({ length: each }, () => [frame, spoil(sharp, wear, random), chroma]).flat();
  });
  return Buffer.concat([head, ...pictures]);
}

/** Leaves some of them out: a fraction `share` of all, picked by chance. */
export function withLoss<T>(items: readonly T[], share: number): readonly T[] {
  const random = createRandom(items.length);
  return items.filter(() => random() >= share);
}

/** Numbers from 0 up to 1, always the same ones for a seed. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** The luma of each pixel. */
function draw(code: string | undefined, wear: Wear): Uint8Array {
  const { data } = drawCodes([code], { size: 0.9, ...wear, width: WIDTH, height: HEIGHT, table: TABLE });
  return Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => data[4 * i] ?? 0);
}

function spoil(sharp: Uint8Array, { noise = 0, blur = 0 }: Wear, random: () => number): Uint8Array {
  let luma = sharp;
  for (let i = 0; i < blur; i++) luma = blurred(luma);
  return noise === 0 ? luma : luma.map((value) => value + (random() * 2 - 1) * noise);
}

function blurred(luma: Uint8Array): Uint8Array {
  const at = (i: number) => luma[i] ?? TABLE;
  return luma.map((value, i) => (at(i - 1) + at(i + 1) + at(i - WIDTH) + at(i + WIDTH) + 4 * value) / 8);
}
