/** dCBOR as a value of the dCBOR package, for what is no envelope: the content of leaves, a key in a sealed message. */
import { type Cbor, CborMap, cbor, taggedValue } from "#bc/dcbor";
import {
  ARRAY,
  BYTES,
  type Cursor,
  cursorOf,
  expectEnd,
  MAP,
  NEGATIVE,
  readHead,
  skipBytes,
  TAG,
  TEXT,
  takeBytes,
  UNSIGNED,
} from "./cursor.ts";
import { passItem, readSimple } from "./item.ts";
import type { ReadLimits } from "./limits.ts";
import { textAt } from "./text.ts";

/**
 * One dCBOR item, within limits.
 *
 * @throws {EnvelopeError} `malformed` for anything else, `too-deep`, `too-complex`.
 */
export function readCbor(bytes: Uint8Array, limits?: Partial<ReadLimits>): Cbor {
  const cursor = cursorOf(bytes, limits);
  passItem(cursor);
  expectEnd(cursor);
  return valueIn(bytes);
}

/** The value of bytes that were checked before, by {@link passItem} or by having been written here. */
export function valueIn(bytes: Uint8Array): Cbor {
  return buildValue(cursorOf(bytes, UNLIMITED));
}

const UNLIMITED = { items: Number.POSITIVE_INFINITY };

function buildValue(cursor: Cursor): Cbor {
  const major = readHead(cursor);
  const { argument } = cursor;
  switch (major) {
    case UNSIGNED:
      return cbor(argument);
    case NEGATIVE:
      return cbor(typeof argument === "bigint" ? -1n - argument : -1 - argument);
    case BYTES:
      return cbor(takeBytes(cursor));
    case TEXT: {
      const from = cursor.at;
      skipBytes(cursor);
      return cbor(textAt(cursor.bytes, from, cursor.at));
    }
    case ARRAY: {
      const items: Cbor[] = [];
      for (let i = 0; i < argument; i++) items.push(buildValue(cursor));
      return cbor(items);
    }
    case MAP: {
      const map = new CborMap();
      for (let i = 0; i < argument; i++) map.set(buildValue(cursor), buildValue(cursor));
      return cbor(map);
    }
    case TAG:
      return taggedValue(argument, buildValue(cursor));
    default:
      return cbor(readSimple(cursor));
  }
}
