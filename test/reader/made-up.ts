/**
 * Envelopes that are made up: mostly right, with a fault here and there that only this place could have, such as a head
 * that is too long, a float that is too wide, text that is not normalized, or assertions out of order.
 */
import { hash as nodeHash } from "node:crypto";
import type { Random } from "./random.ts";

/** One in so many choices is made wrong. */
const FAULT = 150;

/** `200(content)`, in one of the forms that it should have, or nearly. */
export function madeUpEnvelope(random: Random): Uint8Array {
  const { bytes } = random.once(100) ? deep(random) : element(random, random.below(4));
  return Uint8Array.from([...head(random, TAG, 200), ...bytes, ...(random.once(FAULT * 4) ? [0] : [])]);
}

const [UNSIGNED, NEGATIVE, BYTES, TEXT, ARRAY, MAP, TAG] = [0, 1, 2, 3, 4, 5, 6];

/** An element as it stands inside another, with the digest that it has if nothing is wrong with it. */
type Part = { readonly bytes: readonly number[]; readonly digest: readonly number[] };

function element(random: Random, levels: number): Part {
  const make = levels > 0 ? random.pick(ELEMENTS) : random.pick(ENDS);
  return make(random, levels - 1);
}

type Make = (random: Random, levels: number) => Part;

/** Around the number of levels that are read. */
function deep(random: Random): Part {
  let part = random.once(2) ? leafOf(random, deepItem(random, random.below(70))) : element(random, 0);
  for (let levels = random.below(70); levels > 0; levels--) {
    part = random.pick([wrap, (_: Random, inner: Part) => nodeOf(random, inner, 0), assertionOn])(
      random,
      part,
    );
  }
  return part;
}

function assertionOn(random: Random, object: Part): Part {
  return assertionOf(random, [knownValue(random), object]);
}

function deepItem(random: Random, levels: number): readonly number[] {
  const outer = Array.from({ length: levels }, () => random.pick([[0x81], [0xc1], [0xa1, 0x00]])).flat();
  return [...outer, ...item(random, 0)];
}

function leaf(random: Random, levels: number): Part {
  return leafOf(random, item(random, levels));
}

function leafOf(random: Random, value: readonly number[]): Part {
  const tag = random.once(30) ? 24 : 201;
  return { bytes: [...head(random, TAG, tag), ...value], digest: hash(value) };
}

function knownValue(random: Random): Part {
  const value = number(random);
  const bytes = head(random, UNSIGNED, value);
  return { bytes, digest: hash([...shortest(TAG, 40000n), ...shortest(UNSIGNED, value)]) };
}

function elided(random: Random): Part {
  const digest = random.bytes(random.once(FAULT) ? random.below(40) : 32);
  return { bytes: string(random, BYTES, digest), digest };
}

function encrypted(random: Random): Part {
  const digest = random.bytes(32);
  const aad = [...shortest(TAG, 40001n), ...string(random, BYTES, digest)];
  const sizes = { nonce: random.once(FAULT) ? 11 : 12, auth: random.once(FAULT) ? 17 : 16 };
  const parts = [random.bytes(random.below(30)), random.bytes(sizes.nonce), random.bytes(sizes.auth), aad];
  const given = random.once(FAULT) ? parts.slice(0, 3) : parts;
  const strings = given.flatMap((part) => string(random, BYTES, part));
  return { bytes: [...head(random, TAG, 40002), ...head(random, ARRAY, given.length), ...strings], digest };
}

function compressed(random: Random): Part {
  const digest = random.bytes(32);
  const data = random.bytes(random.below(20));
  const bytes = [
    ...head(random, TAG, 40003),
    ...head(random, ARRAY, 4),
    ...head(random, UNSIGNED, random.once(FAULT) ? 2 ** 32 : random.below(2 ** 32)),
    ...head(random, UNSIGNED, random.once(FAULT) ? data.length - 1 : data.length + random.below(3)),
    ...string(random, BYTES, data),
    ...head(random, TAG, 40001),
    ...string(random, BYTES, digest),
  ];
  return { bytes, digest };
}

function wrapped(random: Random, levels: number): Part {
  return wrap(random, element(random, levels));
}

function wrap(random: Random, content: Part): Part {
  return { bytes: [...head(random, TAG, 200), ...content.bytes], digest: hash(content.digest) };
}

function assertion(random: Random, levels: number): Part {
  return assertionOf(random, [element(random, levels), element(random, levels)]);
}

function assertionOf(random: Random, parts: readonly Part[]): Part {
  const count = random.once(FAULT) ? random.below(3) : 1;
  return {
    bytes: [...head(random, MAP, count), ...parts.flatMap(({ bytes }) => bytes)],
    digest: hash(parts.flatMap(({ digest }) => digest)),
  };
}

/** An assertion, one with assertions of its own, or something that hides one. */
function assertionLike(random: Random, levels: number): Part {
  const kind = random.below(FAULT);
  if (kind === 0) return element(random, levels);
  if (kind < 15) return random.pick([elided, encrypted, compressed])(random);
  if (kind < 25 && levels > 0) return nodeOf(random, assertion(random, levels - 1), levels - 1);
  return assertion(random, levels);
}

function node(random: Random, levels: number): Part {
  return nodeOf(random, element(random, levels), levels);
}

function nodeOf(random: Random, subject: Part, levels: number): Part {
  const count = random.once(FAULT) ? 0 : random.once(20) ? 5 : 1 + random.below(2);
  const made = Array.from({ length: count }, () => assertionLike(random, levels - 1));
  const assertions = random.once(10) ? made : made.sort(byDigest);
  if (random.once(FAULT)) assertions.push(...assertions.slice(-1));
  const parts = [subject, ...assertions];
  return {
    bytes: [...head(random, ARRAY, parts.length), ...parts.flatMap(({ bytes }) => bytes)],
    digest: hash(parts.flatMap(({ digest }) => digest)),
  };
}

const ENDS: readonly Make[] = [leaf, leaf, leaf, knownValue, knownValue, elided];
const ELEMENTS: readonly Make[] = [...ENDS, wrapped, assertion, node, node, node, encrypted, compressed];

function byDigest(a: Part, b: Part): number {
  return compare(a.digest, b.digest);
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

function hash(bytes: readonly number[]): readonly number[] {
  return [...nodeHash("sha256", Uint8Array.from(bytes), "buffer")];
}

/** Any dCBOR item, or nearly. */
function item(random: Random, levels: number): readonly number[] {
  switch (random.below(levels > 0 ? 10 : 7)) {
    case 0:
      return head(random, random.pick([UNSIGNED, NEGATIVE]), number(random));
    case 1:
      return string(random, BYTES, random.bytes(random.once(30) ? 300 : random.below(12)));
    case 2:
    case 3:
      return string(random, TEXT, text(random));
    case 4:
      return [
        random.once(20) ? random.pick([0xf0, 0xf3, 0xf7, 0xf8, 0xfc, 0xff]) : random.pick([0xf4, 0xf5, 0xf6]),
      ];
    case 5:
    case 6:
      return float(random);
    case 7:
      return [
        ...head(random, TAG, random.pick([1, 24, 200, 201, 40012, number(random)])),
        ...item(random, levels - 1),
      ];
    case 8: {
      const items = Array.from({ length: random.below(4) }, () => item(random, levels - 1));
      return [...head(random, ARRAY, items.length), ...items.flat()];
    }
    default:
      return map(random, levels);
  }
}

function map(random: Random, levels: number): readonly number[] {
  const keys = Array.from({ length: random.below(4) }, () => item(random, levels - 1));
  const inOrder = random.once(10) ? keys : keys.sort(compare);
  return [
    ...head(random, MAP, keys.length),
    ...inOrder.flatMap((key) => [...key, ...item(random, levels - 1)]),
  ];
}

/** Where a head grows, where a double rounds, and in between. */
const EDGES = [
  ...[0, 1, 23, 24, 100, 105, 255, 256, 1000, 1001, 65535, 65536, 2 ** 32 - 1, 2 ** 32].map(BigInt),
  ...[2n ** 53n - 1n, 2n ** 53n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n],
];

function number(random: Random): bigint {
  return random.once(4) ? BigInt(random.below(2 ** 32)) : random.pick(EDGES);
}

/** Half of one, of singles and doubles: special, whole, fractional, tiny, and any bits at all. */
const FLOATS = [
  0,
  -0,
  1,
  -1,
  0.5,
  1.5,
  -1.5,
  65504,
  65505,
  65520,
  100000.5,
  1e10,
  -1e9,
  3.4028234663852886e38,
  1e39,
  1e300,
  2 ** 53,
  2 ** 63,
  2 ** 64,
  -(2 ** 64),
  -(2 ** 64) - 4096,
  2 ** 65,
  2 ** -14,
  2 ** -24,
  2 ** -25,
  2 ** -149,
  5e-324,
  1.1,
  0.1,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
];

function float(random: Random): readonly number[] {
  const width = random.pick([2, 4, 8]);
  const bytes = new DataView(new ArrayBuffer(8));
  const chosen = random.pick(FLOATS);
  if (width === 2 || random.once(3)) for (let i = 0; i < 8; i++) bytes.setUint8(i, random.below(256));
  else if (width === 4) bytes.setFloat32(0, chosen);
  else bytes.setFloat64(0, chosen);
  if (width === 2 && random.once(2))
    bytes.setUint16(0, random.pick([0, 0x8000, 0x3c00, 0x7c00, 0xfc00, 0x7e00, 1]));
  // Half of the doubles set only bits that a single has room for, so they are often too wide.
  if (width === 8 && random.once(2)) bytes.setUint32(4, 0);
  const initial = { 2: 0xf9, 4: 0xfa, 8: 0xfb }[width] ?? 0;
  return [initial, ...new Uint8Array(bytes.buffer).subarray(0, width)];
}

/** Characters that stand by themselves, that combine, that are sorted when normalized, and that are never normalized. */
const CHARACTERS = [
  ..."abc é한ا😀",
  ..."\u0301\u0323\u0344\u0f73\u0958\u2126\u1100\u1161\u11a8\uac00\u0300\u{1d165}\u{1d16f}\u{1e000}\u0e31\u093f\ufb1d\u00a0",
];
const NOT_UTF8 = [[0xff], [0x80], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xe2, 0x82], [0xf4, 0x90, 0x80, 0x80]];
const BYTE_ORDER_MARK = "\ufeff";

function text(random: Random): readonly number[] {
  if (random.once(FAULT)) return [...utf8("a"), ...random.pick(NOT_UTF8)];
  if (random.once(FAULT * 4)) return utf8(`${BYTE_ORDER_MARK}a`);
  if (random.once(60))
    return utf8(`a${random.pick(["\u0301", "\u0323", "\u{1d165}"]).repeat(28 + random.below(5))}`);
  const characters = Array.from({ length: random.below(6) }, () => random.pick(CHARACTERS)).join("");
  if (random.once(3)) return utf8("hello, world".slice(random.below(12)));
  return utf8(random.once(4) ? characters : characters.normalize("NFC"));
}

function utf8(characters: string): readonly number[] {
  return [...new TextEncoder().encode(characters)];
}

function string(random: Random, major: number, content: readonly number[]): number[] {
  return [...head(random, major, content.length), ...content];
}

/** A head, in its shortest form unless this one is wrong. */
function head(random: Random, major: number, argument: number | bigint): readonly number[] {
  const value = BigInt.asUintN(64, BigInt(argument));
  if (!random.once(FAULT * 2)) return shortest(major, value);
  return random.once(2)
    ? wide(major, value, random.pick([1, 2, 4, 8]))
    : [(major << 5) | (28 + random.below(4))];
}

function shortest(major: number, value: bigint): readonly number[] {
  if (value < 24n) return [(major << 5) | Number(value)];
  return wide(major, value, value < 2n ** 8n ? 1 : value < 2n ** 16n ? 2 : value < 2n ** 32n ? 4 : 8);
}

function wide(major: number, value: bigint, size: number): readonly number[] {
  const digits = Array.from({ length: size }, (_, i) =>
    Number((value >> BigInt(8 * (size - 1 - i))) & 0xffn),
  );
  return [(major << 5) | (24 + Math.log2(size)), ...digits];
}
