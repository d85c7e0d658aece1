import { expect, test } from "vitest";
import { createRateLimit } from "./rate-limit.ts";

const at = (milliseconds: number) => new Date(milliseconds);

test("lets a burst pass, then as many as flow in", () => {
  const passes = createRateLimit(2);
  const first = Array.from({ length: 11 }, () => passes("a", at(0)));
  expect(first.filter(Boolean)).toHaveLength(10);
  expect(passes("a", at(400))).toBe(false);
  expect(passes("a", at(500))).toBe(true);
  expect(passes("a", at(501))).toBe(false);
});

test("counts each address on its own", () => {
  const passes = createRateLimit(1);
  for (let i = 0; i < 5; i++) passes("a", at(0));
  expect(passes("a", at(0))).toBe(false);
  expect(passes("b", at(0))).toBe(true);
});

test("zero is no limit", () => {
  const passes = createRateLimit(0);
  expect(Array.from({ length: 1000 }, () => passes("a", at(0))).every(Boolean)).toBe(true);
});
