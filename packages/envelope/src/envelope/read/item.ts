/**
 * Any dCBOR item: going past it while checking that it is written as it must be. Nothing is built.
 *
 * Spec: RFC 8949, and draft-mcnally-deterministic-cbor: shortest heads, maps in ascending order of their encoded keys,
 * none twice, text in NFC, no simple values but false, true, null and floats.
 */
import {
  ARRAY,
  BYTES,
  type Cursor,
  enter,
  leave,
  MAP,
  malformed,
  readHead,
  SIMPLE,
  skipBytes,
  TAG,
  TEXT,
} from "./cursor.ts";
import { floatAt } from "./float.ts";
import { passText } from "./text.ts";

/** Goes past one item. @throws {EnvelopeError} `malformed`, `too-deep`, `too-complex` */
export function passItem(cursor: Cursor): void {
  switch (readHead(cursor)) {
    case BYTES:
      skipBytes(cursor);
      break;
    case TEXT:
      passText(cursor);
      break;
    case ARRAY:
      passArray(cursor);
      break;
    case MAP:
      passMap(cursor);
      break;
    case TAG:
      enter(cursor);
      passItem(cursor);
      leave(cursor);
      break;
    case SIMPLE:
      readSimple(cursor);
      break;
    // An integer is its head and nothing more.
  }
}

function passArray(cursor: Cursor): void {
  const count = cursor.argument;
  if (count === 0) return;
  enter(cursor);
  for (let i = 0; i < count; i++) passItem(cursor);
  leave(cursor);
}

function passMap(cursor: Cursor): void {
  const count = cursor.argument;
  if (count === 0) return;
  enter(cursor);
  let previous = { start: 0, end: 0 };
  for (let i = 0; i < count; i++) {
    const key = { start: cursor.at, end: 0 };
    cursor.keys += 1;
    passItem(cursor);
    cursor.keys -= 1;
    key.end = cursor.at;
    if (i > 0 && !precedes(cursor.bytes, previous, key)) throw malformed("the keys of a map must ascend");
    previous = key;
    passItem(cursor);
  }
  leave(cursor);
}

type Range = { readonly start: number; readonly end: number };

/** Whether the one comes before the other in bytewise order. Neither is the start of the other, for they are items. */
function precedes(bytes: Uint8Array, one: Range, other: Range): boolean {
  const length = Math.min(one.end - one.start, other.end - other.start);
  for (let i = 0; i < length; i++) {
    const difference = (bytes[one.start + i] ?? 0) - (bytes[other.start + i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

/** The low five bits of a simple value's first byte; of a float's, they tell its width. */
const [FALSE, TRUE, NULL] = [20, 21, 22];
const [HALF, DOUBLE] = [25, 27];

/** The simple value whose first byte was read last: false, true, null or a float. @throws {EnvelopeError} `malformed` */
export function readSimple(cursor: Cursor): boolean | null | number {
  const info = Number(cursor.argument);
  if (info === NULL) return null;
  if (info === FALSE || info === TRUE) return info === TRUE;
  if (info < HALF || info > DOUBLE) throw malformed("a simple value that dCBOR does not know");
  const { bytes, at } = cursor;
  cursor.argument = 2 ** (info - 24);
  skipBytes(cursor);
  const value = floatAt(bytes, at, cursor.at - at);
  if (value === undefined) throw malformed("a float that is not in its shortest form");
  return value;
}
