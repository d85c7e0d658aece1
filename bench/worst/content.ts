/**
 * What a hostile request is filled with. Each kind is repeated as often as a size asks for.
 *
 * The kinds are the ways in which reading costs: hashing many small elements, sorting, normalizing text, building
 * values, opening what is sealed.
 */
import { Envelope, type EnvelopeEncodable, KnownValue, SymmetricKey } from "@bc/envelope";
import { type Cbor, type CborInput, cbor } from "#bc/dcbor";

/** Known values from here on are in no registry, so none of them is hashed beforehand. */
const UNREGISTERED = 2_000;

export type ContentKind = keyof typeof CONTENTS;

/** By name: content of so many pieces. `depth` is how far pieces are nested, from 1. */
export const CONTENTS = {
  ascii: (count) => "a".repeat(count),
  marks: (count) => `x${"\u0316".repeat(count)}`,
  "marks in short runs": (count) => `a${"\u0316".repeat(14)}\u0301`.normalize("NFC").repeat(count),
  "letters of three bytes": (count) => "한".repeat(count),
  bytes: (count) => new Uint8Array(count),
  zeros: (count) => cbor(Array.from({ length: count }, () => 0)),
  floats: (count) => cbor(Array.from({ length: count }, (_, i) => i + 0.1)),
  texts: (count) => cbor(Array.from({ length: count }, (_, i) => `é${i}`)),
  "a map": (count) => cbor(new Map(Array.from({ length: count }, (_, i) => [i, 0]))),
  "keys in keys": (count, depth) => cbor(Array.from({ length: count }, () => keyed(depth))),
  arrays: (count, depth) => cbor(Array.from({ length: count }, () => nested(depth))),
  "known assertions": (count) => node(count, (i) => known(i, new KnownValue(1))),
  "text assertions": (count) => node(count, (i) => Envelope.newAssertion(`p${i}`, "o")),
  "nodes of assertions": (count, depth) => {
    const inner = node(4 * depth, (i) => known(i, new KnownValue(1)));
    return node(count, (i) => known(i, inner));
  },
  "assertions on assertions": (count, depth) => {
    const inner = node(depth, (i) => known(i, new KnownValue(1))).assertions();
    return node(count, (i) => known(i, new KnownValue(2)).addAssertionEnvelopes(inner));
  },
  wrapped: (count, depth) => node(count, (i) => known(i, wrapped(depth))),
  elided: (count) => node(count, (i) => Envelope.new(i).elide()),
  encrypted: (count) => {
    const hidden = Envelope.new("x").encryptSubject(SymmetricKey.generate());
    return node(count, (i) => known(i, hidden));
  },
} as const satisfies Record<string, (count: number, depth: number) => Envelope | CborInput>;

function node(count: number, assertion: (i: number) => Envelope): Envelope {
  return Envelope.new(0).addAssertionEnvelopes(
    Array.from({ length: Math.max(1, count) }, (_, i) => assertion(i)),
  );
}

function known(i: number, object: EnvelopeEncodable): Envelope {
  return Envelope.newAssertion(new KnownValue(UNREGISTERED + i), object);
}

function wrapped(levels: number): Envelope {
  return Array.from({ length: levels }).reduce<Envelope>((content) => content.wrap(), Envelope.new(0));
}

/** A map whose key is such a map again. */
function keyed(levels: number): Cbor {
  return cbor(Array.from({ length: levels }).reduce<CborInput>((key) => new Map([[key, 0]]), 0));
}

function nested(levels: number): Cbor {
  return cbor(Array.from({ length: levels }).reduce<CborInput>((content) => [content], 0));
}
