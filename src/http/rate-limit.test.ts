import { expect, test } from "vitest";
import { createRateLimit, requestsIn, requestsInAnswer } from "./rate-limit.ts";

const at = (milliseconds: number) => new Date(milliseconds);

/** Whether each of so many requests passes, one right after the other. */
function passing(perSecond: number) {
  const limit = createRateLimit(perSecond);
  const pass = (network: string, time: number, bytes = 0) => limit.admit(network, bytes, at(time)) === 0;
  const count = (network: string, time: number, times: number, bytes = 0) => {
    return Array.from({ length: times }, () => pass(network, time, bytes)).filter(Boolean).length;
  };
  return { ...limit, pass, count };
}

test("lets a burst pass, then as many as flow in", () => {
  const { pass, count } = passing(2);
  expect(count("a", 0, 11)).toBe(10);
  expect(pass("a", 400)).toBe(false);
  expect(pass("a", 500)).toBe(true);
  expect(pass("a", 501)).toBe(false);
});

test("tells how long to wait, in whole seconds", () => {
  const { admit, charge, count } = passing(2);
  count("a", 0, 10);
  expect(admit("a", 0, at(0))).toBe(1);
  charge("a", 10);
  expect(admit("a", 0, at(0))).toBe(6);
  expect(admit("a", 0, at(5_000))).toBe(1);
  expect(admit("a", 0, at(5_500))).toBe(0);
});

test("counts each network on its own", () => {
  const { pass, count } = passing(1);
  expect(count("a", 0, 9)).toBe(5);
  expect(pass("b", 0)).toBe(true);
});

test("a large body counts as several requests before it is read, and passes at any rate", () => {
  const { pass, count, charge } = passing(1);
  expect(pass("a", 0, 65_536)).toBe(true);
  expect(count("a", 0, 5)).toBe(1);
  expect(pass("b", 0, 20 * 16_384)).toBe(true);
  expect(pass("b", 15_000)).toBe(false);
  expect(pass("b", 16_000)).toBe(true);
  expect(pass("c", 0)).toBe(true);
  charge("c", requestsIn(4 * 16_384) - 1);
  expect(count("c", 0, 5)).toBe(1);
});

test("a large answer counts as several requests, a small one as none more", () => {
  const { charge, count, debt } = passing(2);
  count("a", 0, 1);
  charge("a", requestsInAnswer(65_535));
  charge("a", requestsInAnswer(4 * 65_536));
  expect(count("a", 0, 10)).toBe(5);
  expect(debt("a", at(0))).toBe(0);
  charge("a", requestsInAnswer(20 * 65_536));
  expect(debt("a", at(0))).toBe(10);
  expect(count("a", 5_000, 10)).toBe(0);
  expect(count("a", 15_000, 20)).toBe(10);
});

test("all /64s of a /56 pass four times as much as one, those of a /48 sixteen times", () => {
  const { count, pass } = passing(1);
  expect(count("2001:db8:1:100::", 0, 9)).toBe(5);
  const networks = (count: number, first: number) => {
    return Array.from({ length: count }, (_, i) => `2001:db8:1:${(first + i).toString(16)}::`);
  };
  const some = networks(64, 0x101).filter((network) => pass(network, 0));
  expect(some).toHaveLength(15);
  // Each from another /56.
  const others = Array.from({ length: 200 }, (_, i) => `2001:db8:1:${(i + 2).toString(16)}00::`);
  expect(others.filter((network) => pass(network, 0))).toHaveLength(60);
  expect(pass("2001:db8:2::", 0)).toBe(true);
});

test("a flood of networks makes it forget the one that has been silent longest, and no other", () => {
  const { count, pass } = passing(1);
  for (const network of ["silent", "busy"]) count(network, 0, 6);
  for (let i = 0; i < 49_999; i++) pass(`network ${i}`, 0);
  expect(pass("busy", 0)).toBe(false);
  expect(pass("silent", 0)).toBe(true);
});

test("zero is no limit", () => {
  const { count, charge, debt } = passing(0);
  charge("a", 10 ** 9);
  expect([count("a", 0, 1000, 10 ** 6), debt("a", at(0))]).toEqual([1000, 0]);
});
