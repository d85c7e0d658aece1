/**
 * XID documents: who a sender is, and with which keys.
 *
 * Spec: BCR-2024-010. Three forms are read: a document `XID(…) [ 'key': PublicKeys … ]`, a bare `PublicKeys`
 * (the XID is then that of its signing key), and a bare XID, which has no keys.
 *
 * Trap: a document claims its XID, it proves nothing. Anyone can write somebody else's XID beside their own
 * key; only the rules of identity decide whether the key may speak for the XID.
 */
import { asBytes, asTaggedValue, type Cbor, isBytes, taggedValue } from "#bc/dcbor";
import { ALLOW, ALLOW_ALL, Envelope, KEY } from "#bc/envelope";
import { KeyError, PublicKeys, XID } from "#bc/keys";
import { TAG_PUBLIC_KEYS, TAG_XID } from "#bc/tags";
import { UR } from "#bc/ur";

export type XidDocument = {
  readonly xid: XID;
  /** In the order of the document; keys of schemes that are not supported are left out. */
  readonly keys: readonly PublicKeys[];
};

/** More keys than this are not tried: each costs a verification. */
const MAX_KEYS = 8;

/** The common minimal document: one key, which is allowed everything. */
export function documentFor(xid: XID, keys: PublicKeys): Envelope {
  return Envelope.new(xid.toCbor()).addAssertion(
    KEY,
    Envelope.new(keys.toCbor()).addAssertion(ALLOW, ALLOW_ALL),
  );
}

/**
 * Reads any of the three forms.
 *
 * @throws {EnvelopeError | KeyError | TypeError} for anything else, or more than 8 keys.
 */
export function readDocument(envelope: Envelope): XidDocument {
  const subject = envelope.extractSubject((value) => value);
  if (asTaggedValue(subject)?.[0].value === TAG_PUBLIC_KEYS.value) {
    if (!envelope.isLeaf()) throw new TypeError("bare public keys carry no assertions");
    const keys = PublicKeys.fromCbor(subject);
    return { xid: keys.xid(), keys: [keys] };
  }
  const objects = envelope.objectsForPredicate(KEY);
  if (objects.length > MAX_KEYS) throw new TypeError("too many keys");
  return { xid: XID.fromCbor(subject), keys: objects.flatMap(supportedKeys) };
}

function supportedKeys(object: Envelope): readonly PublicKeys[] {
  try {
    return [object.extractSubject((value) => PublicKeys.fromCbor(value))];
  } catch (error) {
    const { cause } = error instanceof Error ? error : {};
    if (cause instanceof KeyError && cause.code === "unsupported-scheme") return [];
    throw error;
  }
}

/** `40024(200(…))`, the document as CBOR of its own. */
export function documentToCbor(document: Envelope): Cbor {
  return taggedValue(TAG_XID, document.toCbor());
}

/** `ur:xid/…` */
export function documentToUR(document: Envelope): string {
  return UR.from("xid", document.toCbor()).toString();
}

/**
 * A document from `ur:xid/…`, whose payload is a bare XID's bytes or an envelope.
 *
 * @throws {URError | EnvelopeError} when it is neither.
 */
export function documentFromUR(text: string): Envelope {
  const ur = UR.parse(text.trim());
  ur.expectType("xid");
  const bytes = asBytes(ur.cbor);
  if (isBytes(ur.cbor) && bytes !== undefined) return Envelope.new(taggedValue(TAG_XID, bytes));
  return Envelope.fromCbor(ur.cbor);
}
