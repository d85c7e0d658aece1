import { concatBytes, Digest } from "@bc/envelope";
import { expect, test } from "vitest";
import { bytesToHex } from "#bc/dcbor";
import { lifeHash } from "./lifehash.ts";

/** SHA-256 of the red, green and blue of 200 pictures, as the reference (bc-lifehash, C++) draws them. */
const REFERENCE = "965da9b1f83b398aea940fc23317365ece92d38e7a8505ca8912ad44152918f2";

test("draws what the reference draws, to the pixel", () => {
  const pictures = Array.from({ length: 200 }, (_, i) => {
    const pixels = lifeHash(Digest.fromImage(new TextEncoder().encode(String(i))).data);
    return Uint8Array.from(pixels.filter((_, part) => part % 4 !== 3));
  });
  expect(bytesToHex(Digest.fromImage(concatBytes(...pictures)).data)).toBe(REFERENCE);
});
