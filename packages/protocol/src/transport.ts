/**
 * Envelopes as they travel: as `ur:envelope/…` text, or as CBOR.
 *
 * A text is one single-part UR, or the parts of one multi-part UR, a line each, in any order.
 */
import { concatBytes, type Envelope } from "@bc/envelope";
import { crc32 } from "#bc/crypto";
import { UR } from "#bc/ur";
import { BYTEWORDS } from "#bc/ur/bytewords";
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
  const bytes = envelope.cborData();
  return format === "cbor" ? bytes : writeUR(bytes.subarray(ENVELOPE_TAG.length));
}

const SCHEME = new TextEncoder().encode("ur:envelope/");
/** The two letters of each byte in the minimal style. */
const FIRST = Uint8Array.from(BYTEWORDS, (word) => word.charCodeAt(0));
const LAST = Uint8Array.from(BYTEWORDS, (word) => word.charCodeAt(3));

/**
 * The text of the UR as ASCII. The UR package makes a string of it first, letter by letter, which takes 50 times as long:
 * an answer of a megabyte would stop the server for a tenth of a second.
 */
function writeUR(content: Uint8Array): Uint8Array {
  const checksum = new Uint8Array(4);
  new DataView(checksum.buffer).setUint32(0, crc32(content));
  const text = new Uint8Array(SCHEME.length + 2 * (content.length + checksum.length));
  text.set(SCHEME);
  writeWords(text, SCHEME.length, content);
  writeWords(text, SCHEME.length + 2 * content.length, checksum);
  return text;
}

function writeWords(text: Uint8Array, start: number, bytes: Uint8Array): void {
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0;
    text[start + 2 * i] = FIRST[byte] ?? 0;
    text[start + 2 * i + 1] = LAST[byte] ?? 0;
  }
}

function contentOf(ur: string): Uint8Array {
  const { type, bytes } = UR.decodeBytes(ur);
  if (type.name !== "envelope") throw new TypeError("a UR of another type");
  return bytes;
}
