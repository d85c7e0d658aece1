import { expect, onTestFinished, test, vi } from "vitest";
import { chooseFragments } from "#bc/ur/fountain";
import { mixturesOf } from "./mixtures.ts";

test.each([1, 2, 3, 10, 97, 512])("parts of %d fragments mix what the UR package's parts mix", (count) => {
  for (const checksum of [0, 1, 0x0123_4567, 0xffff_ffff]) {
    const mixtureOf = mixturesOf(count, checksum);
    for (const number of [1, count, count + 1, count + 2, 1_000, 20_000, 65_535]) {
      const { size, draw } = mixtureOf(number);
      const expected = chooseFragments(number, count, checksum);
      expect([size, draw()]).toEqual([expected.length, expected]);
    }
  }
});

test("many parts take no more than one list of the fragments' places", () => {
  const lists = vi.spyOn(Uint16Array, "from");
  onTestFinished(() => lists.mockRestore());
  const mixtureOf = mixturesOf(512, 0);
  const first = mixtureOf(513).draw();
  for (let number = 514; number < 1_000; number++) mixtureOf(number).draw();
  expect(lists).toHaveBeenCalledTimes(1);
  expect(mixtureOf(513).draw()).toEqual(first);
});
