import { expect, test } from "vitest";
import { MAX_ATTEMPTS, retryDelay } from "./backoff.ts";

const delays = Array.from({ length: MAX_ATTEMPTS - 1 }, (_, i) => retryDelay(i + 1) ?? Number.NaN);

test("the first tries come quickly, the later ones up to an hour apart", () => {
  expect(delays.slice(0, 4)).toEqual([5, 15, 45, 135]);
  expect(delays.at(-1)).toBe(3600);
  expect(delays.toSorted((a, b) => a - b)).toEqual(delays);
});

test("several tries fit into the ten minutes that a code on the phone lives", () => {
  const fourRetries = delays.slice(0, 4).reduce((sum, delay) => sum + delay, 0);
  expect(fourRetries).toBeLessThan(600);
});

test("it ends: after the last attempt there is no delay", () => {
  expect(retryDelay(MAX_ATTEMPTS)).toBeUndefined();
  expect(retryDelay(1000)).toBeUndefined();
  const hours = delays.reduce((sum, delay) => sum + delay, 0) / 3600;
  expect(hours).toBeCloseTo(5.5, 1);
});
