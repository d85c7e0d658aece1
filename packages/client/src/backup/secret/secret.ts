/**
 * What a person backs up, as an envelope: any UR, or bytes.
 *
 * A UR becomes the leaf that the reference's `envelope subject type ur` makes, and `ur:envelope` stays the envelope that
 * it is. So whoever joins the shares with another tool has the same envelope.
 */
import { Envelope } from "@bc/envelope";
import { asTaggedValue, type Tag, taggedValue } from "#bc/dcbor";
import { ALL_TAGS } from "#bc/tags";
import { UR } from "#bc/ur";

/** Bytes, or the text of a UR. */
export type Secret = Uint8Array | string;

/** The largest secret, in bytes of its envelope: every place keeps a copy of it, encrypted. */
export const MAX_SECRET_BYTES = 4_096;

/**
 * A UR of a type without a tag of its own is kept as text.
 *
 * @throws {RangeError} for a secret that is empty, or larger than {@link MAX_SECRET_BYTES}.
 */
export function secretEnvelope(secret: Secret): Envelope {
  if (secret.length === 0) throw new RangeError("there is nothing to back up");
  const envelope = typeof secret === "string" ? envelopeOfUR(secret) : Envelope.new(secret);
  if (envelope.cborData().length > MAX_SECRET_BYTES) {
    throw new RangeError(`a backup holds at most ${MAX_SECRET_BYTES} bytes`);
  }
  return envelope;
}

/** The secret in an envelope, as it went in. */
export function secretIn(envelope: Envelope): Secret {
  if (!envelope.isLeaf()) return envelope.urString();
  const text = envelope.asText();
  if (text !== undefined && isUR(text)) return text;
  return envelope.asByteString() ?? urOfLeaf(envelope) ?? envelope.urString();
}

/** Whether a text is a UR in one piece. */
export function isUR(text: string): boolean {
  try {
    UR.parse(text);
    return true;
  } catch {
    return false;
  }
}

function envelopeOfUR(text: string): Envelope {
  const ur = UR.parse(text);
  if (ur.type.toString() === "envelope") return Envelope.fromURString(text);
  const tag = tagWhere(({ name }) => name === ur.type.toString());
  return Envelope.new(tag === undefined ? text : taggedValue(tag, ur.cbor));
}

function urOfLeaf(envelope: Envelope): string | undefined {
  const leaf = envelope.asLeaf();
  const [number, content] = (leaf && asTaggedValue(leaf)) ?? [];
  const name = tagWhere(({ value }) => value === number?.value)?.name;
  return content === undefined || name === undefined ? undefined : UR.from(name, content).toString();
}

function tagWhere(isMeant: (tag: Tag) => boolean): Tag | undefined {
  return ALL_TAGS.find(isMeant);
}
