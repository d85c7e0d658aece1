/**
 * A place in bytes that are being read as dCBOR, and the reading of one head.
 *
 * A head is the first byte of an item and the number that follows it, in the only form that dCBOR allows: the shortest.
 */
import { EnvelopeError } from "../error.ts";
import { READ_LIMITS, type ReadLimits } from "./limits.ts";

export type Cursor = {
  readonly bytes: Uint8Array;
  readonly limits: ReadLimits;
  /** Where the next item begins, or the content of the one whose head was read last. */
  at: number;
  /** The number in the head that was read last: a value, a length, a count or a tag. A bigint from 2⁵³ on. */
  argument: number | bigint;
  /** Levels that are open. */
  depth: number;
  /** Maps in a key of which the cursor is, one within the other. */
  keys: number;
  /** Items read so far, as {@link ReadLimits} counts them. */
  items: number;
  /** Whether all that was read would be written as it came. */
  verbatim: boolean;
};

/** The major types of CBOR, the top three bits of a head. */
export const UNSIGNED = 0;
export const NEGATIVE = 1;
export const BYTES = 2;
export const TEXT = 3;
export const ARRAY = 4;
export const MAP = 5;
export const TAG = 6;
export const SIMPLE = 7;

export function cursorOf(bytes: Uint8Array, limits: Partial<ReadLimits> = {}): Cursor {
  return {
    bytes,
    limits: { ...READ_LIMITS, ...limits },
    at: 0,
    argument: 0,
    depth: 0,
    keys: 0,
    items: 0,
    verbatim: true,
  };
}

/**
 * Reads the head at the cursor, and gives its major type. Of a simple value, the bytes after the first are left.
 *
 * @throws {EnvelopeError} `malformed`, `too-complex`.
 */
export function readHead(cursor: Cursor): number {
  cursor.items += 1 + cursor.keys;
  if (cursor.items > cursor.limits.items) throw tooComplex("too many items");
  const initial = cursor.bytes[cursor.at];
  if (initial === undefined) throw endsEarly();
  cursor.at += 1;
  const major = initial >> 5;
  const info = initial & 31;
  cursor.argument = info < 24 || major === SIMPLE ? info : readArgument(cursor, info);
  return major;
}

/** The smallest number that needs so many bytes, by the low five bits of the first byte. */
const SMALLEST: Readonly<Record<number, number>> = { 24: 24, 25: 2 ** 8, 26: 2 ** 16, 27: 2 ** 32 };

function readArgument(cursor: Cursor, info: number): number | bigint {
  const smallest = SMALLEST[info];
  if (smallest === undefined) throw malformed("a head of no known kind");
  const end = cursor.at + 2 ** (info - 24);
  if (end > cursor.bytes.length) throw endsEarly();
  let argument = 0;
  for (let i = cursor.at; i < end; i++) argument = argument * 256 + (cursor.bytes[i] ?? 0);
  if (argument < smallest) throw malformed("a number is longer than it need be");
  const exact = argument <= Number.MAX_SAFE_INTEGER ? argument : readWide(cursor);
  cursor.at = end;
  return exact;
}

/** Eight bytes, for numbers that a double would round. */
function readWide({ bytes, at }: Cursor): bigint {
  return new DataView(bytes.buffer, bytes.byteOffset + at).getBigUint64(0);
}

/** Opens a level of nesting. @throws {EnvelopeError} `too-deep` */
export function enter(cursor: Cursor): void {
  cursor.depth += 1;
  if (cursor.depth > cursor.limits.nesting) {
    throw new EnvelopeError("too-deep", `nested deeper than ${cursor.limits.nesting} levels`);
  }
}

export function leave(cursor: Cursor): void {
  cursor.depth -= 1;
}

/** The content of the byte string whose head was read last: a view of the bytes being read. */
export function takeBytes(cursor: Cursor): Uint8Array {
  const start = cursor.at;
  skipBytes(cursor);
  return cursor.bytes.subarray(start, cursor.at);
}

/** Goes past the content of the string whose head was read last. @throws {EnvelopeError} `malformed` */
export function skipBytes(cursor: Cursor): void {
  if (cursor.argument > cursor.bytes.length - cursor.at) throw endsEarly();
  cursor.at += Number(cursor.argument);
}

/** @throws {EnvelopeError} `malformed` when there is more. */
export function expectEnd({ at, bytes }: Cursor): void {
  if (at !== bytes.length) throw malformed("there are bytes after the end");
}

export function malformed(text: string): EnvelopeError {
  return new EnvelopeError("malformed", text);
}

export function tooComplex(text: string): EnvelopeError {
  return new EnvelopeError("too-complex", text);
}

function endsEarly(): EnvelopeError {
  return malformed("the bytes end early");
}
