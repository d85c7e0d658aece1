import { expect, test } from "vitest";
import { createInFlight } from "./in-flight.ts";

test("so many requests are under way, an eighth of them of one network, until they end", () => {
  const { begin } = createInFlight(16);
  const first = begin("a");
  expect([first, begin("a"), begin("a")].map(Boolean)).toEqual([true, true, false]);
  for (let i = 0; i < 14; i++) expect(begin(`network ${i}`)).toBeDefined();
  expect(begin("b")).toBeUndefined();
  first?.();
  expect(begin("b")).toBeDefined();
});

test("the /64s of a /56 have a quarter together, those of a /48 a half", () => {
  const { begin } = createInFlight(16);
  const begun = (networks: readonly string[]) =>
    networks.filter((network) => begin(network) !== undefined).length;
  const named = (name: (i: number) => string) => Array.from({ length: 20 }, (_, i) => name(i));
  expect(begun(named((i) => `2001:db8:1:1${(16 + i).toString(16)}::`))).toBe(4);
  expect(begun(named((i) => `2001:db8:1:${(i + 2).toString(16)}00::`))).toBe(4);
  expect(begun(named((i) => `2001:db8:${i + 2}::`))).toBe(8);
});

test("where nobody counts by network, one may have all", () => {
  const { begin } = createInFlight(16);
  expect(Array.from({ length: 17 }, () => begin(undefined)).filter(Boolean)).toHaveLength(16);
});
