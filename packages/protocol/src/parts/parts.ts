/**
 * The parts of a multi-part UR, joined.
 *
 * Spec: BCR-2024-001. A part is `ur:TYPE/NUMBER-COUNT/…`, with `[number, count, length, checksum, fragment]` as CBOR in
 * bytewords. The first parts are the fragments of the message, later ones are mixed of several.
 *
 * Traps: what it takes to join mixed parts grows faster than the number of parts that the sender claims, and nobody
 * knows yet who the sender is. So this module refuses a claim of too many before it decodes anything, and counts what
 * the mixtures cost before it takes them apart. The decoder of the UR package does neither, reads parts without a limit
 * on what they hold, and draws a whole shuffle for each part; so it is not asked, and the message goes unread to whoever
 * reads envelopes.
 */
import { concatBytes, readCbor } from "@bc/envelope";
import { crc32 } from "#bc/crypto";
import { asArray, asBytes, asUnsigned, type Cbor } from "#bc/dcbor";
import { decodeBytewords } from "#bc/ur/bytewords";
import type { FountainPart } from "#bc/ur/fountain";
import { Refusal } from "../refusal.ts";
import { findFragments } from "./fragments.ts";
import { mixturesOf } from "./mixtures.ts";

/** Parts of one message: enough for a share of 10 000 bytes at 20 bytes a part. */
export const MAX_PARTS = 512;
/** Parts in one text: whoever films a code has some parts mixed, and some twice. */
export const MAX_LINES = 2 * MAX_PARTS;
/** The largest number of a part, which counts on for as long as a film runs. */
const MAX_NUMBER = 0xffff;
/**
 * Fragments in all mixtures together, for each fragment of the message. Even where all parts are mixed ones, about 10
 * are enough.
 */
const MAX_MIXED = 32;

/**
 * The message that the parts make up.
 *
 * @throws {Refusal} `too-many-parts` beyond {@link MAX_PARTS}, twice as many lines, or more mixtures than any film needs.
 * @throws {Error} when parts are missing, or any is no part of the message.
 */
export function joinParts(lines: readonly string[], type: string): Uint8Array {
  const named = lines.slice(0, MAX_LINES).map((line) => namedPart(line, type));
  if (lines.length > MAX_LINES) throw new Refusal("too-many-parts");
  if (named.some(({ count }) => count > MAX_PARTS)) throw new Refusal("too-many-parts");
  if (named.some(({ count }) => count > lines.length)) throw new RangeError("parts are missing");
  return joined(named.map(readPart));
}

/** A part by its name, its content not yet decoded. */
type NamedPart = { readonly number: number; readonly count: number; readonly bytewords: string };

function namedPart(line: string, type: string): NamedPart {
  const [scheme, sequence = "", bytewords = "", ...more] = line.toLowerCase().split("/");
  const [number = 0, count = 0] = /^\d{1,5}-\d{1,5}$/.test(sequence) ? sequence.split("-").map(Number) : [];
  if (scheme !== `ur:${type}` || number === 0 || number > MAX_NUMBER || count === 0 || more.length > 0) {
    throw new TypeError("not such a part");
  }
  return { number, count, bytewords };
}

/** An array of five has five items beside itself, and none of them is a text. */
const LIMITS = { items: 6, text: 0 };

function readPart({ number, count, bytewords }: NamedPart): FountainPart {
  const items = asArray(readCbor(decodeBytewords(bytewords, "minimal"), LIMITS)) ?? [];
  const [seqNum, seqLen, messageLen, checksum] = items.map(numberIn);
  const data = items[4] && asBytes(items[4]);
  if (items.length !== 5 || messageLen === undefined || checksum === undefined || data === undefined) {
    throw new TypeError("not a part");
  }
  if (seqNum !== number || seqLen !== count) throw new TypeError("a part of another name");
  return { seqNum, seqLen, messageLen, checksum, data };
}

function numberIn(item: Cbor): number | undefined {
  const value = asUnsigned(item);
  return typeof value === "number" ? value : undefined;
}

function joined(parts: readonly FountainPart[]): Uint8Array {
  const [first] = parts;
  if (first === undefined || !parts.every((part) => belongTogether(part, first))) {
    throw new TypeError("parts of several messages");
  }
  return messageOf(concatBytes(...fragmentsOf(parts, first)), first);
}

/** @param bytes the message, and zeros that fill its last fragment up. */
function messageOf(bytes: Uint8Array, { messageLen, checksum }: FountainPart): Uint8Array {
  const message = bytes.subarray(0, messageLen);
  if (message.length < messageLen || bytes.subarray(messageLen).some((byte) => byte !== 0)) {
    throw new RangeError("the message has another length");
  }
  if (crc32(message) !== checksum) throw new TypeError("the checksum of the message is wrong");
  return message;
}

function belongTogether(one: FountainPart, other: FountainPart): boolean {
  return (
    one.seqLen === other.seqLen &&
    one.messageLen === other.messageLen &&
    one.checksum === other.checksum &&
    one.data.length === other.data.length
  );
}

/** Takes the parts that mix the fewest fragments first: large mixtures then have little to add, or are not needed. */
function fragmentsOf(
  parts: readonly FountainPart[],
  { seqLen: count, checksum }: FountainPart,
): readonly Uint8Array[] {
  const mixtureOf = mixturesOf(count, checksum);
  const mixtures = parts.map(({ seqNum, data }) => ({ ...mixtureOf(seqNum), data }));
  const found = findFragments(count);
  let mixed = 0;
  for (const { size, draw, data } of mixtures.toSorted((one, other) => one.size - other.size)) {
    mixed += size;
    if (mixed > MAX_MIXED * count) throw new Refusal("too-many-parts");
    found.add(draw(), data);
    const all = found.all();
    if (all !== undefined) return all;
  }
  throw new RangeError("parts are missing");
}
