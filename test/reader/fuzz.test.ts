import { expect, test } from "vitest";
import { compareReaders, type Verdict } from "./compare.ts";
import { inputsOf } from "./inputs.ts";

const SEED = 20261128;
const INPUTS = 10_000;

test("whatever comes is judged, hashed and written as by way of a tree", () => {
  const count: Record<Verdict, number> = { accepted: 0, refused: 0, "beyond the limits": 0 };
  for (const input of inputsOf(SEED, INPUTS)) count[compareReaders(input)] += 1;
  // Inputs that are all refused would show little.
  expect(Math.min(...Object.values(count))).toBeGreaterThan(INPUTS / 200);
});
