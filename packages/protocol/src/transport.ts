/**
 * Envelopes as they travel: as `ur:envelope/…` text, or as CBOR.
 *
 * A text is one single-part UR, or the parts of one multi-part UR, a line each, in any order.
 *
 * Trap: mixed parts cost work that grows faster than the number of parts that the sender claims, before anybody knows who
 * sends them. So a claim of more parts than there are lines, or than a request can need, is refused before anything is
 * decoded, and so are many more lines than that.
 */
import { concatBytes, type Envelope } from "@bc/envelope";
import { MultipartDecoder, UR } from "#bc/ur";
import { Refusal } from "./refusal.ts";

export type Format = "ur" | "cbor";

/** What a share of 10 000 bytes needs at 100 bytes a part, and some more. */
export const MAX_PARTS = 128;
/** Whoever films a code has some parts mixed, and some twice. */
const MAX_LINES = 2 * MAX_PARTS;

/** The head of tag 200, which a UR leaves out. */
const ENVELOPE_TAG = Uint8Array.of(0xd8, 200);

/**
 * What `body` carries, which should be the tagged CBOR of an envelope. Whether it is one, whoever reads it strictly finds
 * out; so it is not read here too.
 *
 * @throws {Refusal} `malformed` for what is no `ur:envelope/…` with a right checksum.
 */
export function decodeTransport(body: Uint8Array, format: Format): Uint8Array {
  if (format === "cbor") return body;
  try {
    const lines = new TextDecoder("utf-8", { fatal: true }).decode(body).trim().split(/\s+/);
    const [first = ""] = lines;
    const { type, bytes } = UR.decodeBytes(lines.length === 1 ? first : joinParts(lines));
    if (type.name !== "envelope") throw new TypeError("a UR of another type");
    return concatBytes(ENVELOPE_TAG, bytes);
  } catch (cause) {
    throw new Refusal("malformed", undefined, { cause });
  }
}

/** The bytes to send: of the UR in lower case, or the tagged CBOR. */
export function encodeTransport(envelope: Envelope, format: Format): Uint8Array {
  return format === "cbor" ? envelope.cborData() : new TextEncoder().encode(envelope.urString());
}

/** The single-part UR that the parts make up. */
function joinParts(lines: readonly string[]): string {
  const isTooMany = (line: string) => claimedParts(line) > Math.min(lines.length, MAX_PARTS);
  if (lines.length > MAX_LINES || lines.some(isTooMany)) {
    throw new RangeError("parts are missing, or there are too many");
  }
  const decoder = new MultipartDecoder();
  for (const line of lines) decoder.add(line);
  if (decoder.result === undefined) throw new RangeError("parts are missing");
  return decoder.result.toString();
}

function claimedParts(line: string): number {
  return Number(/^ur:[a-z0-9-]+\/\d+-(\d{1,9})\//i.exec(line)?.[1] ?? Number.POSITIVE_INFINITY);
}
