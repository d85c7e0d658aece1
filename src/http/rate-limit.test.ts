import { expect, test } from "vitest";
import { createRateLimit } from "./rate-limit.ts";

const at = (milliseconds: number) => new Date(milliseconds);

test("lets a burst pass, then as many as flow in", () => {
  const { passes } = createRateLimit(2);
  const first = Array.from({ length: 11 }, () => passes("a", at(0)));
  expect(first.filter(Boolean)).toHaveLength(10);
  expect(passes("a", at(400))).toBe(false);
  expect(passes("a", at(500))).toBe(true);
  expect(passes("a", at(501))).toBe(false);
});

test("counts each network on its own", () => {
  const { passes } = createRateLimit(1);
  for (let i = 0; i < 5; i++) passes("a", at(0));
  expect(passes("a", at(0))).toBe(false);
  expect(passes("b", at(0))).toBe(true);
});

test("a large answer counts as several requests, a small one as none more", () => {
  const { passes, answered } = createRateLimit(2);
  const passing = (time: number) => Array.from({ length: 10 }, () => passes("a", at(time))).filter(Boolean);
  passes("a", at(0));
  answered("a", 65_535);
  answered("a", 4 * 65_536);
  expect(passing(0)).toHaveLength(5);
  answered("a", 20 * 65_536);
  expect(passing(5_000)).toHaveLength(0);
  expect(passing(15_000)).toHaveLength(10);
});

test("a flood of networks makes it forget the one that has been silent longest, and no other", () => {
  const { passes } = createRateLimit(1);
  for (const network of ["silent", "busy"]) for (let i = 0; i < 6; i++) passes(network, at(0));
  for (let i = 0; i < 49_999; i++) passes(`network ${i}`, at(0));
  expect(passes("busy", at(0))).toBe(false);
  expect(passes("silent", at(0))).toBe(true);
});

test("zero is no limit", () => {
  const { passes } = createRateLimit(0);
  expect(Array.from({ length: 1000 }, () => passes("a", at(0))).every(Boolean)).toBe(true);
});
