import { expect, test, vi } from "vitest";
import { createTurns } from "./turns.ts";

test("a network has one turn at a time, in the order of asking, and others do not wait for it", async () => {
  const { take } = createTurns(async () => {});
  const order: string[] = [];
  const taken = async (network: string, name: string) => {
    const end = await take(network);
    order.push(name);
    return end;
  };
  const [first, second, third] = [taken("a", "first"), taken("a", "second"), taken("a", "third")];
  (await taken("b", "other"))();
  expect(order).toEqual(["first", "other"]);
  (await first)();
  (await second)();
  (await third)();
  (await taken("a", "last"))();
  expect(order).toEqual(["first", "other", "second", "third", "last"]);
});

test("of each network one request begins in a turn of the event loop, the first at once", async () => {
  const pauses: (() => void)[] = [];
  const { begin } = createTurns(() => new Promise((resolve) => pauses.push(resolve)));
  const begun: string[] = [];
  const begins = async (network: string, name: string) => {
    await begin(network);
    begun.push(name);
  };
  const all = [begins("a", "first"), begins("a", "second"), begins("a", "third"), begins("b", "other")];
  await Promise.all([all[0], all[3]]);
  expect(begun).toEqual(["first", "other"]);
  for (const name of ["second", "third"]) {
    for (const resume of pauses.splice(0)) resume();
    await vi.waitFor(() => expect(begun.at(-1)).toBe(name));
    expect(begun.filter((other) => other === name)).toHaveLength(1);
  }
  for (const resume of pauses.splice(0)) resume();
  await Promise.all(all);
  await begins("a", "last");
  expect(begun).toEqual(["first", "other", "second", "third", "last"]);
});
