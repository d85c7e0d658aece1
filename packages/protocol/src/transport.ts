/**
 * Envelopes as they travel: as `ur:envelope/…` text, or as CBOR.
 *
 * A text is one UR: in one piece, or the parts of a multi-part UR in any order. Lines may be broken anywhere, as programs
 * for text do it; nothing else may stand beside the UR.
 */
import { concatBytes, type Envelope } from "@bc/envelope";
import { crc32 } from "#bc/crypto";
import { UR } from "#bc/ur";
import { BYTEWORDS } from "#bc/ur/bytewords";
import { decodeText } from "./decode-text.ts";
import { joinParts, MAX_LINES } from "./parts/parts.ts";
import { Refusal } from "./refusal.ts";

export type Format = "ur" | "cbor";

/** The head of tag 200, which a UR leaves out. */
const ENVELOPE_TAG = Uint8Array.of(0xd8, 200);

/**
 * What `body` carries, which should be the tagged CBOR of an envelope. Whether it is one, whoever reads it strictly finds
 * out; so it is not read here too.
 *
 * @param charset of the text, where it has no byte order mark. Default: UTF-8.
 * @throws {Refusal} `malformed` for what is no `ur:envelope/…` with a right checksum, `too-many-parts`.
 */
export function decodeTransport(body: Uint8Array, format: Format, charset?: string): Uint8Array {
  if (format === "cbor") return body;
  try {
    const text = decodeText(body, { charset, fatal: true }).replaceAll(/\s+/g, "");
    return concatBytes(ENVELOPE_TAG, contentOf(text.split(/(?=ur:)/i, MAX_LINES + 1)));
  } catch (cause) {
    throw cause instanceof Refusal ? cause : new Refusal("malformed", undefined, { cause });
  }
}

/** The bytes to send: of the UR in lower case, or the tagged CBOR. */
export function encodeTransport(envelope: Envelope, format: Format): Uint8Array {
  const bytes = envelope.cborData();
  return format === "cbor" ? bytes : writeUR(bytes.subarray(ENVELOPE_TAG.length));
}

/** Bytes of an envelope that are written as text in about a millisecond. */
const PORTION = 131_072;

/** The same for an envelope that may be large. It awaits `pause` before it writes much text, so that others get their turn. */
export async function encodeLargeTransport(
  envelope: Envelope,
  format: Format,
  pause: () => Promise<void>,
): Promise<Uint8Array> {
  const bytes = envelope.cborData();
  if (format === "cbor") return bytes;
  if (bytes.length > PORTION) await pause();
  return writeUR(bytes.subarray(ENVELOPE_TAG.length));
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

/** @param urs a whole one, or parts: the form tells, since a message may also be cut into a single part. */
function contentOf(urs: readonly string[]): Uint8Array {
  const [first = ""] = urs;
  const isPart = first.split("/", 3).length > 2;
  if (isPart || urs.length > 1) return joinParts(urs, "envelope");
  const { type, bytes } = UR.decodeBytes(first);
  if (type.name !== "envelope") throw new TypeError("a UR of another type");
  return bytes;
}
