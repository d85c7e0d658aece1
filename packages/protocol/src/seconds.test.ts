import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeCbor } from "#bc/dcbor";
import { numbersIn } from "../../../test/kit/numbers-in-cbor.ts";
import { secondsToCbor } from "./seconds.ts";

const TAG_DATE = 1;

test("moments that the server names are whole and not negative, whatever its clock says", () => {
  const clock = fc.date({ min: new Date(0), max: new Date("2106-02-07T06:28:15Z"), noInvalidDate: true });
  fc.assert(
    fc.property(clock, (date) => {
      const numbers = numbersIn(encodeCbor(secondsToCbor(date)));
      expect(numbers).toEqual([{ tags: [TAG_DATE], index: 0, value: Math.ceil(date.getTime() / 1000) }]);
    }),
  );
});
