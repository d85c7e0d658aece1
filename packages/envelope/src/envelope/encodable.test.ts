import { expect, test } from "vitest";
import { ByteString, CborDate, cbor } from "#bc/dcbor";
import { ARID, Digest } from "../keys/index.ts";
import { Envelope, type EnvelopeEncodable } from "./envelope.ts";
import { IS_A } from "./known-values.ts";

class Account {
  readonly name = "alice";
}

const FOREIGN: readonly (readonly [string, unknown])[] = [
  ["Date", new Date(0)],
  ["ArrayBuffer", new ArrayBuffer(4)],
  ["DataView", new DataView(new ArrayBuffer(4))],
  ["Float32Array", new Float32Array(2)],
  ["Promise", Promise.resolve("text")],
  ["RegExp", /text/],
  ["WeakMap", new WeakMap()],
  ["Account", new Account()],
  ["function", () => "text"],
  ["symbol", Symbol("text")],
];

/** As JavaScript gives it, past the types. */
function given(value: unknown): EnvelopeEncodable {
  return value as EnvelopeEncodable;
}

test.each(FOREIGN)(
  "a %s is refused as subject, predicate and object, and inside other values",
  (name, value) => {
    const refusal = expect.objectContaining({
      code: "not-encodable",
      message: expect.stringContaining(name),
    });
    const places: readonly (() => unknown)[] = [
      () => Envelope.new(given(value)),
      () => Envelope.new("subject").addAssertion(given(value), "object"),
      () => Envelope.new("subject").addAssertion(IS_A, given(value)),
      () => Envelope.new("subject").objectsForPredicate(given(value)),
      () => Envelope.new(given([[value]])),
      () => Envelope.new(given({ inner: { value } })),
      () => Envelope.new(given(new Set([value]))),
      () => Envelope.new(given(new Map([["key", value]]))),
      () => Envelope.new(given(new Map([[value, "value"]]))),
    ];
    for (const place of places) expect(place).toThrow(refusal);
  },
);

test("what has a CBOR form is taken, at whatever depth", () => {
  const arid = ARID.generate();
  const value = {
    list: [1, 2n, "three", null, undefined, true, new Uint8Array(4), Buffer.from("five")],
    map: new Map<string, EnvelopeEncodable & ARID>([["arid", arid]]),
    set: new Set([Digest.fromImage(new Uint8Array())]),
    date: CborDate.fromDate(new Date(0)),
    bytes: new ByteString(new Uint8Array(4)),
    bare: Object.assign(Object.create(null), { cbor: cbor(7) }),
  };
  expect(Envelope.new(value).asLeaf()?.toData()).toEqual(cbor(value).toData());
});
