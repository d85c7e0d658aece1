import { describe, expect, test } from "vitest";
import { bytesToHex, type CborInput, cbor, encodeCbor, hexToBytes, taggedValue } from "#bc/dcbor";
import { Digest, PrivateKeys } from "../../keys/index.ts";
import { Envelope } from "../envelope.ts";
import type { ReadLimits } from "./limits.ts";

/** The leaf of this value, as it is sent. */
function leafBytes(value: Parameters<typeof cbor>[0]): Uint8Array {
  return encodeCbor(taggedValue(200, taggedValue(201, value)));
}

function read(bytes: Uint8Array, limits: Partial<ReadLimits> = {}): Envelope {
  return Envelope.fromCborData(bytes, { strict: true, limits });
}

function code(expected: string): object {
  return expect.objectContaining({ name: "EnvelopeError", code: expected });
}

describe("what is read", () => {
  test("can be read again from its parts, and is written as it came", () => {
    const made = Envelope.new("Alice")
      .addAssertion("knows", "Bob")
      .wrap()
      .addAssertion("n", 2 ** 40);
    const again = read(made.cborData());
    expect(again.tryUnwrap().objectForPredicate("knows").asText()).toBe("Bob");
    expect(again.tryUnwrap().cborData()).toEqual(made.tryUnwrap().cborData());
    expect(again.addAssertion("new", 1).cborData()).toEqual(made.addAssertion("new", 1).cborData());
    expect(again.elideRemovingSet([Envelope.new("Bob")]).cborData()).toEqual(
      made.elideRemovingSet([Envelope.new("Bob")]).cborData(),
    );
  });

  test("with the legacy tag 24 is written with tag 201, wherever it stands", () => {
    const legacy = hexToBytes("d8c8d8c882d818616ea1d818616101");
    expect(() => read(legacy)).toThrow(code("malformed"));
    const lenient = Envelope.fromCborData(legacy);
    expect(bytesToHex(lenient.cborData())).toBe("d8c8d8c882d8c9616ea1d8c9616101");
    expect(read(lenient.cborData()).digest()).toEqual(lenient.digest());
  });

  test.each<[string, Parameters<typeof cbor>[0]]>([
    ["a small number", 7],
    ["a large number", 2n ** 64n - 1n],
    ["a negative number", -(2n ** 63n)],
    ["the most negative number", -(2n ** 64n)],
    ["a fraction", -1.5],
    ["infinity", Number.POSITIVE_INFINITY],
    ["no number", Number.NaN],
    ["true", true],
    ["null", null],
    ["bytes", new Uint8Array([1, 2, 3])],
    ["text", "h\u00e9llo \u{1f600} \ud55c"],
    ["nested values", [1, [-2, "x"], new Map([["b", [null]]]), taggedValue(1, 0.5)]],
    ["nothing", []],
    ["no entries", new Map()],
  ])("gives the value that it holds when asked: %s", (_, value) => {
    const leaf = read(leafBytes(value));
    expect(leaf.asLeaf()).toEqual(cbor(value));
    expect(leaf.digest()).toEqual(Digest.fromImage(encodeCbor(value)));
  });

  test("keeps a byte order mark, which is a character like any other", () => {
    const bytes = hexToBytes("d8c8d8c964efbbbf61");
    const envelope = read(bytes);
    expect(envelope.asText()).toBe("\ufeffa");
    expect(envelope.isIdenticalTo(Envelope.new("\ufeffa"))).toBe(true);
    expect(envelope.digest()).toEqual(Envelope.new("\ufeffa").digest());
  });
});

describe("the limits", () => {
  const mark = "\u0301";

  test.each<[string, Uint8Array, Partial<ReadLimits>]>([
    ["items, and elements once more", leafBytes([1, 2, 3]), { items: 7 }],
    ["items, and keys of maps once more", leafBytes(new Map([[1, 2]])), { items: 7 }],
    ["items, and keys within keys once more for each map", leafBytes(keyed(3)), { items: 19 }],
    ["assertions", Envelope.new(1).addAssertion(2, 3).addAssertion(4, 5).cborData(), { assertions: 2 }],
    ["text", leafBytes("h\u00e9"), { text: 3 }],
    ["marks", leafBytes(`a${mark.repeat(30)} b${mark.repeat(30)}`.normalize("NFC")), { marks: 30 }],
    ["marks at the start", leafBytes(mark.repeat(30)), { marks: 30 }],
  ])("are what may still be there: %s", (_, bytes, limits) => {
    expect(read(bytes, limits).cborData()).toEqual(bytes);
    const tighter = Object.fromEntries(Object.entries(limits).map(([name, limit]) => [name, limit - 1]));
    if (limits.marks === undefined) expect(() => read(bytes, tighter)).toThrow(code("too-complex"));
  });

  test("bound combining marks before anything is normalized", () => {
    const run = (marks: number) => leafBytes(`x${mark.repeat(marks)}`);
    expect(read(run(30)).cborData()).toEqual(run(30));
    expect(() => read(run(31))).toThrow(code("too-complex"));
    // Marks of two kinds in turns: normalizing would have to sort them, so the reader must refuse them before that.
    expect(() => read(textLeaf(`x${"\u0301\u0323".repeat(30_000)}`))).toThrow(code("too-complex"));
    expect(() => read(textLeaf(`x${"\u0301\u0323".repeat(15)}`))).toThrow(code("malformed"));
  });

  test("bound nesting at 64 levels by default", () => {
    const nested = (levels: number) => hexToBytes(`d8c8d8c9${"81".repeat(levels - 2)}01`);
    expect(read(nested(64)).kind).toBe("leaf");
    expect(() => read(nested(65))).toThrow(code("too-deep"));
    expect(() => read(hexToBytes(`d8c8d8c9${"81".repeat(100_000)}`))).toThrow(code("too-deep"));
  });

  test("are those of what was decrypted, too", async () => {
    const keys = PrivateKeys.generate();
    const sealed = await Envelope.new([1, 2, 3, 4, 5, 6, 7, 8, 9]).encryptToRecipients([
      keys.encapsulation.publicKey(),
    ]);
    const open = (items: number) => sealed.decryptToRecipient(keys.encapsulation, { limits: { items } });
    await expect(open(14)).rejects.toEqual(code("too-complex"));
    expect((await open(15)).kind).toBe("leaf");
  });
});

/** A map in whose key there is such a map again, and so on. */
function keyed(levels: number): CborInput {
  return Array.from({ length: levels }).reduce<CborInput>((key) => new Map([[key, 0]]), 0);
}

/** A leaf of this text, normalized or not. */
function textLeaf(text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length < 256) return Uint8Array.from([0xd8, 0xc8, 0xd8, 0xc9, 0x78, bytes.length, ...bytes]);
  const head = [
    0xd8,
    0xc8,
    0xd8,
    0xc9,
    0x7a,
    ...new Uint8Array(new Uint32Array([bytes.length]).buffer).reverse(),
  ];
  return Uint8Array.from([...head, ...bytes]);
}

describe("a node is judged while it is read", () => {
  const item = (n: number) => Envelope.newAssertion(n, n);

  test("so that what repeats or falls back is refused where it does, whatever follows", () => {
    const node = Envelope.new(0)
      .addAssertionEnvelopes([item(1), item(2)])
      .cborData();
    const [head, subject, first, second] = [
      node.slice(0, 2),
      node.slice(3, 6),
      node.slice(6, 13),
      node.slice(13),
    ];
    const filling = new Uint8Array(0xffff);
    const long = (...parts: Uint8Array[]) => {
      return Uint8Array.from([...head, 0x99, 0xff, 0xff, ...subject, ...parts.flatMap((part) => [...part])]);
    };
    expect(() => read(long(first, first, filling))).toThrow(/ascend/);
    expect(() => read(long(second, first, filling))).toThrow(/ascend/);
    expect(() => read(long(first, second, filling))).toThrow(/only assertions/);
    expect(() => read(long(first, second))).toThrow(/end early/);
  });
});
