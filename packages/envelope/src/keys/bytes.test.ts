import fc from "fast-check";
import { expect, it } from "vitest";
import { compareBytes, concatBytes, equalBytes, randomBytes } from "./index.ts";

const few = fc.uint8Array({ maxLength: 4, max: 2 });

it("joins bytes in order", () => {
  fc.assert(
    fc.property(fc.array(few), (parts) => {
      expect(concatBytes(...parts)).toEqual(Uint8Array.from(Buffer.concat(parts)));
    }),
  );
});

it("compares bytes as Buffer does", () => {
  fc.assert(
    fc.property(few, few, (a, b) => {
      expect(Math.sign(compareBytes(a, b))).toBe(Buffer.compare(a, b));
      expect(equalBytes(a, b)).toBe(Buffer.compare(a, b) === 0);
    }),
  );
});

it("draws random bytes of the length asked for, new each time", () => {
  expect(randomBytes(0)).toHaveLength(0);
  expect(randomBytes(32)).toHaveLength(32);
  expect(randomBytes(32)).not.toEqual(randomBytes(32));
});
