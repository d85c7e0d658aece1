import { expect, it, vi } from "vitest";
import { keepRecent } from "./recent.ts";

const [a, b, c] = [Uint8Array.of(1), Uint8Array.of(2), Uint8Array.of(3)];

it("makes the value of the same bytes once, however they are given", () => {
  const make = vi.fn((bytes: Uint8Array) => ({ first: bytes[0] }));
  const get = keepRecent(2, make);
  expect(get(a)).toBe(get(Uint8Array.of(9, 1).subarray(1)));
  expect(make).toHaveBeenCalledTimes(1);
});

it("drops what was not asked for the longest", () => {
  const make = vi.fn((bytes: Uint8Array) => bytes[0] ?? 0);
  const get = keepRecent(2, make);
  expect([a, b, a, c, a].map(get)).toEqual([1, 2, 1, 3, 1]);
  expect(make.mock.calls.flat()).toEqual([a, b, c]);
  get(b);
  expect(make.mock.calls.flat()).toEqual([a, b, c, b]);
});

it("asks again after a failure", () => {
  const make = vi.fn((): number => {
    throw new TypeError("no key");
  });
  const get = keepRecent(2, make);
  expect(() => get(a)).toThrow(TypeError);
  expect(() => get(a)).toThrow(TypeError);
  expect(make).toHaveBeenCalledTimes(2);
});
