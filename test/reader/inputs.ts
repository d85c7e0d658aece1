/** Inputs for the readers: made-up envelopes, and changed copies of these and of the vectors. A seed repeats them. */
import type { ReadLimits } from "@bc/envelope";
import { hexToBytes } from "#bc/dcbor";
import encrypted from "../../test-vectors/envelope-encryption.json" with { type: "json" };
import refusals from "../../test-vectors/envelope-refusals.json" with { type: "json" };
import signed from "../../test-vectors/envelope-signatures.json" with { type: "json" };
import envelopes from "../../test-vectors/envelopes.json" with { type: "json" };
import expressions from "../../test-vectors/expressions.json" with { type: "json" };
import documents from "../../test-vectors/xid-documents.json" with { type: "json" };
import { changed } from "./changed.ts";
import type { Input } from "./compare.ts";
import { madeUpEnvelope } from "./made-up.ts";
import { type Random, randomOf } from "./random.ts";

/** Bytes above which a vector costs more time than it finds faults. */
const LARGE = 700;

const VECTORS: readonly Uint8Array[] = [
  ...envelopes.vectors,
  ...signed.vectors,
  ...encrypted.vectors,
  ...expressions.vectors,
  ...documents.vectors,
  ...refusals.vectors,
].flatMap(({ cborHex }: { cborHex?: string }) => {
  return cborHex === undefined || cborHex.length > 2 * LARGE ? [] : [hexToBytes(cborHex)];
});

/** To make one up takes longer than to read it, so each serves several times. */
const CHANGES = 2;

export function* inputsOf(seed: number, count: number): Generator<Input> {
  const random = randomOf(seed);
  let original = madeUpEnvelope(random);
  for (let i = 0; i < count; i++) {
    const isNew = i % (1 + CHANGES) === 0;
    if (isNew) original = random.once(6) ? random.pick(VECTORS) : madeUpEnvelope(random);
    const bytes = isNew ? original : changed(random, original, VECTORS);
    yield { bytes, strict: random.once(2), limits: random.once(6) ? tight(random) : {} };
  }
}

function tight(random: Random): Partial<ReadLimits> {
  return {
    nesting: 1 + random.below(9),
    items: 1 + random.below(30),
    assertions: random.below(4),
    text: random.below(14),
    marks: random.below(4),
  };
}
