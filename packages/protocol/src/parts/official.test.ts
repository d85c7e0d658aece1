/** The official UR package's mixed parts, joined by this project. */
import { expect, it } from "vitest";
import { bytesToHex, cbor } from "#bc/dcbor";
import { MultipartEncoder, UR } from "#bc/ur";
import official from "../../../../test/official/uniform-resources.json" with { type: "json" };
import { joinParts } from "./parts.ts";

const message = cbor(Uint8Array.from({ length: 4096 }, (_, i) => i & 0xff));
const encoder = new MultipartEncoder(UR.from(official.type, message), official.maxFragmentBytes);
const simpleParts = Array.from({ length: encoder.partCount }, () => encoder.nextPart());
/** As many as there are mixed parts, which make up for them. */
const MISSING = [3, 5, 6, 8, 11, 12, 16, 18, 23];

it("are those that the package writes", () => {
  expect(official.mixedParts.map(() => encoder.nextPart())).toEqual(official.mixedParts);
});

it("make up for as many parts that are missing", () => {
  const left = simpleParts.filter((_, i) => !MISSING.includes(i + 1));
  expect(bytesToHex(joinParts([...left, ...official.mixedParts], official.type))).toBe(message.toHex());
  expect(() => joinParts([...left.slice(1), ...official.mixedParts], official.type)).toThrow("missing");
});
