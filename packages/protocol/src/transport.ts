/**
 * Envelopes as they travel: as `ur:envelope/…` text, or as CBOR.
 *
 * A text is one single-part UR, or the parts of one multi-part UR, a line each, in any order.
 */
import { concatBytes, type Envelope } from "@bc/envelope";
import { UR } from "#bc/ur";
import { joinParts } from "./parts/parts.ts";
import { Refusal } from "./refusal.ts";

export type Format = "ur" | "cbor";

/** The head of tag 200, which a UR leaves out. */
const ENVELOPE_TAG = Uint8Array.of(0xd8, 200);

/**
 * What `body` carries, which should be the tagged CBOR of an envelope. Whether it is one, whoever reads it strictly finds
 * out; so it is not read here too.
 *
 * @throws {Refusal} `malformed` for what is no `ur:envelope/…` with a right checksum, `too-many-parts`.
 */
export function decodeTransport(body: Uint8Array, format: Format): Uint8Array {
  if (format === "cbor") return body;
  try {
    const lines = new TextDecoder("utf-8", { fatal: true }).decode(body).trim().split(/\s+/);
    const [first = ""] = lines;
    return concatBytes(ENVELOPE_TAG, lines.length === 1 ? contentOf(first) : joinParts(lines, "envelope"));
  } catch (cause) {
    throw cause instanceof Refusal ? cause : new Refusal("malformed", undefined, { cause });
  }
}

/** The bytes to send: of the UR in lower case, or the tagged CBOR. */
export function encodeTransport(envelope: Envelope, format: Format): Uint8Array {
  return format === "cbor" ? envelope.cborData() : new TextEncoder().encode(envelope.urString());
}

function contentOf(ur: string): Uint8Array {
  const { type, bytes } = UR.decodeBytes(ur);
  if (type.name !== "envelope") throw new TypeError("a UR of another type");
  return bytes;
}
