import { randomBytes } from "@bc/envelope";
import decodeQR from "qr/decode.js";
import { expect, test } from "vitest";
import { cbor } from "#bc/dcbor";
import { UR } from "#bc/ur";
import { createCollector } from "../carried-text/collector.ts";
import { FRAGMENT_SIZES, framesOf, modulesOf } from "./frames.ts";

const message = (size: number) => UR.from("envelope", cbor(randomBytes(size)));

/** How many of these codes it takes to read the message. */
function codesNeeded(ur: UR, codes: readonly string[]): number {
  const collector = createCollector("envelope");
  const last = codes.findIndex((code) => {
    const collected = collector.add(code);
    return collected.kind === "complete" && collected.ur.toString() === ur.toString();
  });
  return last + 1;
}

test("a message that fits is one code that stands still, in upper case", () => {
  const ur = message(190);
  const frames = framesOf(ur, FRAGMENT_SIZES.medium);
  expect([frames.count, frames.next(), frames.next()]).toEqual([
    1,
    ...Array(2).fill(ur.toString().toUpperCase()),
  ]);
});

test.each([
  ["small", 41],
  ["medium", 21],
  ["large", 11],
] as const)("4 KB in codes of %s size take %d, if none is missed", (size, count) => {
  const ur = message(4_000);
  const frames = framesOf(ur, FRAGMENT_SIZES[size]);
  expect(frames.count).toBe(count);
  expect(codesNeeded(ur, Array.from({ length: count * 2 }, frames.next))).toBe(count);
});

test("the parts come again after as many mixtures, which are always new ones", () => {
  const frames = framesOf(message(1_000), FRAGMENT_SIZES.medium);
  const rounds = Array.from({ length: 5 }, () => Array.from({ length: frames.count }, frames.next));
  expect(rounds[2]).toEqual(rounds[0]);
  expect(rounds[4]).toEqual(rounds[0]);
  expect(new Set(rounds.flat()).size).toBe(3 * frames.count);
});

test("an animation that runs for hours stays within the numbers that receivers count with", () => {
  const ur = message(300);
  const frames = framesOf(ur, FRAGMENT_SIZES.medium);
  const late = Array.from({ length: 45_000 }, frames.next).slice(-10);
  expect(codesNeeded(ur, late)).toBeGreaterThan(0);
  expect(Math.max(...late.map((code) => Number(/\/(\d+)-/.exec(code)?.[1])))).toBeLessThan(0xffff);
});

test("a code of the usual size has at most 61 modules a side, a white edge, and is read back", () => {
  const text = framesOf(message(4_000), FRAGMENT_SIZES.medium).next();
  const modules = modulesOf(text);
  expect(modules.length - 8).toBeLessThanOrEqual(61);
  expect(modules.slice(0, 4).flat()).not.toContain(true);
  expect(decodeQR(pictureOf(modules))).toBe(text);
});

function pictureOf(modules: readonly (readonly boolean[])[]) {
  const scale = 4;
  const side = modules.length * scale;
  const data = new Uint8Array(side * side * 4).fill(255);
  for (let i = 0; i < side * side; i++) {
    const [x, y] = [Math.floor((i % side) / scale), Math.floor(i / side / scale)];
    if (modules[y]?.[x]) data.fill(0, i * 4, i * 4 + 3);
  }
  return { width: side, height: side, data };
}
