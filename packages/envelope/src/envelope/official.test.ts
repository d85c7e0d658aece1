/** Shares of the official SSKR package's vectors, as shares of an envelope's content key. */
import { expect, it } from "vitest";
import { hexToBytes } from "#bc/dcbor";
import official from "../../../../test/official/sskr.json" with { type: "json" };
import { SSKRShare, SymmetricKey } from "../keys/index.ts";
import { Envelope } from "./envelope.ts";
import { flatNotation } from "./format/notation.ts";
import { SSKR_SHARE } from "./known-values.ts";
import { hasQuorum, joinShares } from "./sskr.ts";

const [length = 0, start = 0] = official.secret;
const key = SymmetricKey.fromData(Uint8Array.from({ length }, (_, i) => start + i));
const encrypted = Envelope.new("the payload").wrap().encryptSubject(key);

it.each(official.vectors)("open an envelope, and fewer do not: $name", ({ threshold, shares }) => {
  const envelopes = shares.map((share) =>
    encrypted.addAssertion(SSKR_SHARE, SSKRShare.fromData(hexToBytes(share)).toCbor()),
  );
  const opened = joinShares(envelopes.slice(-threshold));
  expect(flatNotation(opened.subject.tryUnwrap())).toBe('"the payload"');
  expect(opened.used).toHaveLength(threshold);
  expect(hasQuorum(envelopes.slice(1 - threshold).slice(0, threshold - 1))).toBe(false);
});
