/** The official dCBOR package's vectors, by this project's reader. */
import { expect, it } from "vitest";
import { hexToBytes } from "#bc/dcbor";
import official from "../../../../../test/official/dcbor.json" with { type: "json" };
import { EnvelopeError } from "../error.ts";
import { readCbor } from "./value.ts";

it.each(official.read)("reads %s, and writes it again", (hex) => {
  expect(readCbor(hexToBytes(hex)).toHex()).toBe(hex);
});

it.each(official.refused)("refuses $cborHex, which is $reason", ({ cborHex }) => {
  expect(() => readCbor(hexToBytes(cborHex))).toThrow(EnvelopeError);
});
