import { expect, test } from "vitest";
import { createTurns } from "./turns.ts";

test("a network has one turn at a time, in the order of asking, and others do not wait for it", async () => {
  const { take } = createTurns();
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
