/**
 * The reader beside {@link readByTree}: the same verdict, code, digest and bytes.
 *
 * They differ where they must, and nowhere else:
 * - the reader has limits of its own (`too-complex`), which are checked against what the tree holds;
 * - where bytes have two faults, the reader tells the one that comes first, so `too-deep` may be `malformed` and `malformed`
 *   may be `too-complex`;
 * - the dCBOR package drops a byte order mark at the start of a text, and so reads other bytes than were sent; the reader
 *   keeps it, as the reference does. Bytes that could hold one are judged by what the reader writes alone.
 */
import { Envelope, EnvelopeError, type EnvelopeErrorCode, READ_LIMITS, type ReadLimits } from "@bc/envelope";
import { asArray, asMap, asTaggedValue, asText, type Cbor, encodeCbor } from "#bc/dcbor";
import { isTooDeep } from "./nesting.ts";
import { type Found, readByTree } from "./tree-reader.ts";

export type Input = {
  readonly bytes: Uint8Array;
  readonly strict: boolean;
  readonly limits: Partial<ReadLimits>;
};

export type Verdict = "accepted" | "refused" | "beyond the limits";

/** What both find. Throws with the input in hex where they differ. */
export function compareReaders({ bytes, strict, limits: given }: Input): Verdict {
  const limits = { ...READ_LIMITS, ...given };
  const read = attempt(() => Envelope.fromCborData(bytes, { strict, limits: given }));
  if (read instanceof Envelope) checkWritten(read, bytes, strict);
  if (holdsByteOrderMark(bytes)) return read instanceof Envelope ? "accepted" : "refused";

  const found = attemptByTree(bytes, strict);
  if (found === undefined) {
    if (read instanceof Envelope) throw differ(bytes, "only the reader accepts");
    if (read === "malformed" || read === "too-complex" || isTooDeep(bytes, limits.nesting)) return "refused";
    throw differ(bytes, `the code is ${read}`);
  }
  const expected = refusalOf(found, bytes, limits);
  if (expected.length > 0) {
    if (read instanceof Envelope || !expected.includes(read)) throw differ(bytes, `expected ${expected}`);
    return "beyond the limits";
  }
  if (!(read instanceof Envelope)) throw differ(bytes, `only the reader refuses: ${read}`);
  if (!isEqual(read.digest().data, found.digest)) throw differ(bytes, "the digests differ");
  if (!isEqual(read.cborData(), found.bytes)) throw differ(bytes, "the bytes written differ");
  return "accepted";
}

function attempt(read: () => Envelope): Envelope | EnvelopeErrorCode {
  try {
    return read();
  } catch (error) {
    if (error instanceof EnvelopeError) return error.code;
    throw error;
  }
}

function attemptByTree(bytes: Uint8Array, strict: boolean): Found | undefined {
  try {
    return readByTree(bytes, strict);
  } catch {
    return undefined;
  }
}

/** What was read is written as it came, with the bytes at hand and without. */
function checkWritten(read: Envelope, bytes: Uint8Array, strict: boolean): void {
  const written = read.cborData();
  if (strict && !isEqual(written, bytes)) throw differ(bytes, "read strictly, but written otherwise");
  if (!isEqual(encodeCbor(read.toCbor()), written)) throw differ(bytes, "the value has other bytes");
  const rebuilt = rebuild(read);
  if (!isEqual(rebuilt.cborData(), written)) throw differ(bytes, "made anew, it is written otherwise");
  if (!rebuilt.digest().equals(read.digest())) throw differ(bytes, "made anew, it has another digest");
}

/** The same envelope, made of its parts as if it had not been read; but for a node on a node, which nobody can make. */
function rebuild(envelope: Envelope): Envelope {
  if (envelope.isNode()) {
    if (envelope.subject().isNode()) return envelope;
    return rebuild(envelope.subject()).addAssertionEnvelopes(envelope.assertions().map(rebuild));
  }
  if (envelope.isWrapped()) return rebuild(envelope.tryUnwrap()).wrap();
  const [predicate, object, leaf] = [envelope.asPredicate(), envelope.asObject(), envelope.asLeaf()];
  if (predicate && object) return Envelope.newAssertion(rebuild(predicate), rebuild(object));
  return leaf === undefined ? envelope : Envelope.new(leaf);
}

/** The codes that the limits allow, or none when the envelope is within them. */
function refusalOf(found: Found, bytes: Uint8Array, limits: ReadLimits): readonly EnvelopeErrorCode[] {
  const size = measure(found.tree);
  const isComplex =
    found.assertions > limits.assertions ||
    size.items + found.elements > limits.items ||
    size.text > limits.text ||
    size.marks > limits.marks;
  return [
    ...(isTooDeep(bytes, limits.nesting) ? (["too-deep"] as const) : []),
    ...(isComplex ? (["too-complex"] as const) : []),
  ];
}

type Size = { items: number; text: number; marks: number };

function measure(tree: Cbor): Size {
  const size = { items: 0, text: 0, marks: 0 };
  add(tree, size);
  return size;
}

function add(tree: Cbor, size: Size): void {
  size.items += 1;
  const text = asText(tree);
  if (text !== undefined) {
    size.text = Math.max(size.text, new TextEncoder().encode(text).length);
    size.marks = Math.max(size.marks, ...text.split(/\P{M}/u).map((marks) => [...marks].length));
  }
  const content = asTaggedValue(tree)?.[1];
  const entries = [...(asMap(tree)?.entries() ?? [])].flat();
  for (const part of [...(asArray(tree) ?? []), ...entries, ...(content === undefined ? [] : [content])]) {
    add(part, size);
  }
}

function holdsByteOrderMark(bytes: Uint8Array): boolean {
  return bytes.some((byte, i) => byte === 0xef && bytes[i + 1] === 0xbb && bytes[i + 2] === 0xbf);
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function differ(bytes: Uint8Array, how: string): Error {
  return new Error(`${how}: ${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`);
}
