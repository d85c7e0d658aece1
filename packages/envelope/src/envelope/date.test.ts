import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeCbor } from "#bc/dcbor";
import { numbersIn } from "../../../../test/kit/numbers-in-cbor.ts";
import { dateFromCbor, dateToCbor } from "./date.ts";

const EPOCH = new Date(0);
const CENTURIES_LATER = new Date("2500-01-01");

test("a date goes into CBOR and back, to the millisecond", () => {
  fc.assert(
    fc.property(fc.date({ min: EPOCH, max: CENTURIES_LATER, noInvalidDate: true }), (date) => {
      expect(dateFromCbor(dateToCbor(date))).toEqual(date);
    }),
  );
});

test("no millisecond is lost where a float lies just below it", () => {
  const date = new Date("2108-01-11T04:52:36.558Z");
  expect(dateFromCbor(dateToCbor(date))).toEqual(date);
});

test("a date before 1970 is written in whole seconds, since readers of the reference drop the rest", () => {
  fc.assert(
    fc.property(fc.date({ max: EPOCH, noInvalidDate: true }), (date) => {
      const values = numbersIn(encodeCbor(dateToCbor(date))).map(({ value }) => value);
      expect(values).toEqual([Math.floor(date.getTime() / 1000)]);
    }),
  );
});
