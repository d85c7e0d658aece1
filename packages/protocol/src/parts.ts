/**
 * The parts of a multi-part UR, joined.
 *
 * Spec: BCR-2024-001. A part is `ur:TYPE/NUMBER-COUNT/…`, with `[number, count, length, checksum, fragment]` as CBOR in
 * bytewords. The first parts are the fragments of the message, later ones are mixed of several.
 *
 * Traps: the work for mixed parts grows faster than the number of parts that the sender claims, and nobody knows yet
 * who the sender is. So before it decodes anything, this module refuses a claim of more parts than there are lines, or
 * than a request can need, and many more lines than that. The decoder of the UR package reads parts, and the message,
 * without a limit on what they hold. So this module reads the parts itself, and leaves the message to whoever reads
 * envelopes.
 */
import { readCbor } from "@bc/envelope";
import { asArray, asBytes, asUnsigned, type Cbor } from "#bc/dcbor";
import { decodeBytewords } from "#bc/ur/bytewords";
import { FountainDecoder, type FountainPart } from "#bc/ur/fountain";

/** What a share of 10 000 bytes needs at 100 bytes a part, and some more. */
export const MAX_PARTS = 128;
/** Whoever films a code has some parts mixed, and some twice. */
const MAX_LINES = 2 * MAX_PARTS;
/** The largest number of a part, which counts on for as long as a film runs. */
const MAX_NUMBER = 0xffff;

/** The message that the parts make up. Throws when parts are missing, or any is no part of it. */
export function joinParts(lines: readonly string[], type: string): Uint8Array {
  if (lines.length > MAX_LINES) throw new RangeError("there are too many parts");
  const named = lines.map((line) => namedPart(line, type));
  if (named.some(({ count }) => count > Math.min(lines.length, MAX_PARTS))) {
    throw new RangeError("parts are missing, or there are too many");
  }
  const decoder = new FountainDecoder();
  for (const part of named) {
    if (decoder.done) break;
    decoder.add(readPart(part));
  }
  if (decoder.result === undefined) throw new RangeError("parts are missing");
  return decoder.result;
}

/** A part by its name, its content not yet decoded. */
type NamedPart = { readonly number: number; readonly count: number; readonly bytewords: string };

function namedPart(line: string, type: string): NamedPart {
  const [scheme, sequence = "", bytewords = "", ...more] = line.toLowerCase().split("/");
  const [number = 0, count = 0] = /^\d{1,5}-\d{1,5}$/.test(sequence) ? sequence.split("-").map(Number) : [];
  if (scheme !== `ur:${type}` || number > MAX_NUMBER || count === 0 || more.length > 0) {
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
