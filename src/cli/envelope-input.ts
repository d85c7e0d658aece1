/** Envelopes as they come from files and pipes: CBOR, `ur:envelope/…`, or the lines of a multi-part UR. */
import { Envelope } from "#bc/envelope";
import { decodeTransport } from "../wire/transport.ts";
import { documentFromUR } from "../wire/xid-document.ts";
import { Failure } from "./failure.ts";
import { readInput } from "./files.ts";

/** The first byte of CBOR with a one-byte tag, as every envelope's is; no text begins with it. */
const TAGGED_CBOR = 0xd8;

/** A XID document, `ur:xid/…`, is an envelope as well. @throws {Failure} `usage` when the file holds none. */
export async function readEnvelope(file: string): Promise<Envelope> {
  const bytes = await readInput(file);
  try {
    return envelopeIn(bytes);
  } catch (cause) {
    const name = file === "-" ? "stdin" : file;
    throw new Failure("usage", `${name} holds no envelope: neither ur:envelope/… nor CBOR`, { cause });
  }
}

function envelopeIn(bytes: Uint8Array): Envelope {
  if (bytes[0] === TAGGED_CBOR) return Envelope.fromCborData(bytes);
  const text = new TextDecoder().decode(bytes);
  return /^\s*ur:xid\//i.test(text)
    ? documentFromUR(text)
    : Envelope.fromCborData(decodeTransport(bytes, "ur"));
}
