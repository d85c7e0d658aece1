/**
 * XID documents: who a sender is, and with which keys.
 *
 * Spec: BCR-2024-010. Four forms are read: a document `XID(…) [ 'key': PublicKeys … ]`, the same signed, a bare
 * `PublicKeys` (the XID is then that of its signing key), and a bare XID, which has no keys. Of a document only the
 * XID and the keys matter here; resolvers, delegates, services, permissions, names and provenance change nothing.
 *
 * Traps: a document claims its XID, it proves nothing. Anyone can write somebody else's XID beside their own key;
 * only the rules of identity decide whether the key may speak for the XID. The signature of a document proves no
 * more than the signature of the request around it, so nobody looks at it.
 */

import {
  ALLOW,
  ALLOW_ALL,
  Envelope,
  EnvelopeError,
  HAS_SECRET,
  KEY,
  KeyError,
  type KnownValue,
  PRIVATE_KEY,
  PROVENANCE,
  PROVENANCE_GENERATOR,
  PublicKeys,
  readCbor,
  SIGNED,
  XID,
} from "@bc/envelope";
import { asBytes, asTaggedValue, type Cbor, type Tag, taggedValue } from "#bc/dcbor";
import { TAG_PROVENANCE_MARK, TAG_PUBLIC_KEYS, TAG_XID } from "#bc/tags";
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
 * Reads any of the four forms.
 *
 * @throws {EnvelopeError | KeyError | TypeError} for anything else, more than 8 keys, or bare keys that are not supported.
 */
export function readDocument(envelope: Envelope): XidDocument {
  if (envelope.subject().isWrapped()) return readDocument(documentIn(envelope));
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

/** The document inside `{ document } [ 'signed': Signature … ]`. */
function documentIn(signed: Envelope): Envelope {
  const document = signed.tryUnwrap();
  if (document.subject().isWrapped()) throw new TypeError("wrapped more than once");
  if (signed.assertionsWithPredicate(SIGNED).length !== signed.assertions().length) {
    throw new TypeError("only signatures may stand beside a document");
  }
  return document;
}

/**
 * Whether anything is elided, encrypted or compressed that could mean something to a server.
 *
 * Two secrets of a wallet are the exception. It hides them, from a server above all, and keeps the digests of its
 * document: private keys, `'key': PublicKeys [ { 'privateKey': … } [ 'salt': Salt ] ]`, and the generator of its provenance
 * marks, `'provenance': ProvenanceMark [ { 'provenanceGenerator': … } [ 'salt': Salt ] ]`, the object elided, or encrypted
 * under `'hasSecret'`. Hiding one takes nothing away: whether it is there or not, no server acts on it, and the predicate
 * that stays in sight says that it is nothing else. Beside a provenance mark the whole assertion may be elided, too, since
 * nothing that can stand there means anything to a server.
 */
export function hidesMeaning(envelope: Envelope): boolean {
  if (envelope.isObscured()) return true;
  if (envelope.isWrapped()) return hidesMeaning(envelope.tryUnwrap());
  const [predicate, object] = [envelope.asPredicate(), envelope.asObject()];
  if (envelope.isAssertion() && predicate !== undefined && object !== undefined) {
    return hidesMeaning(predicate) || objectHides(envelope, object);
  }
  return envelope.isNode() && [envelope.subject(), ...envelope.assertions()].some(hidesMeaning);
}

function objectHides(assertion: Envelope, object: Envelope): boolean {
  if (isPredicate(assertion, KEY) && isTagged(object, TAG_PUBLIC_KEYS)) {
    return object.assertions().some((item) => !isHidden(item, PRIVATE_KEY) && hidesMeaning(item));
  }
  if (isPredicate(assertion, PROVENANCE) && isTagged(object, TAG_PROVENANCE_MARK)) {
    const mayHide = (item: Envelope) => item.isElided() || isHidden(item, PROVENANCE_GENERATOR);
    return object.assertions().some((item) => !mayHide(item) && hidesMeaning(item));
  }
  return hidesMeaning(object);
}

function isTagged(envelope: Envelope, tag: Tag): boolean {
  const leaf = envelope.subject().isLeaf() ? envelope.asLeaf() : undefined;
  return leaf !== undefined && asTaggedValue(leaf)?.[0].value === tag.value;
}

/** `{ secret: … } [ 'salt': Salt ]`, or the same without salt, whose object nobody but its owner can read. */
function isHidden(item: Envelope, secret: KnownValue): boolean {
  const assertion = item.subject();
  const object = assertion.asObject();
  if (!assertion.isAssertion() || !isPredicate(assertion, secret) || object === undefined) return false;
  const isLocked =
    object.subject().isEncrypted() &&
    object.hasAssertions() &&
    object.assertions().every((beside) => isPredicate(beside, HAS_SECRET) && !beside.hasObscured());
  return (object.isElided() || isLocked) && !item.assertions().some((beside) => beside.hasObscured());
}

function isPredicate(assertion: Envelope, value: KnownValue): boolean {
  const predicate = assertion.asPredicate();
  return predicate !== undefined && !predicate.hasAssertions() && predicate.isKnownValue(value);
}

function supportedKeys(object: Envelope): readonly PublicKeys[] {
  try {
    return [object.extractSubject((value) => PublicKeys.fromCbor(value))];
  } catch (error) {
    if (isUnsupportedKey(error)) return [];
    throw error;
  }
}

/** Whether reading failed over a key of a scheme that is known, and not taken here. */
export function isUnsupportedKey(error: unknown): boolean {
  const cause = error instanceof EnvelopeError ? error.cause : error;
  return cause instanceof KeyError && cause.code === "unsupported-scheme";
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
 * @throws {URError | EnvelopeError | TypeError} when it is neither.
 */
export function documentFromUR(text: string): Envelope {
  const { type, bytes } = UR.decodeBytes(text.trim());
  if (type.name !== "xid") throw new TypeError("a UR of another type");
  const xid = asBytes(readCbor(bytes));
  return xid === undefined ? Envelope.fromCborData(bytes) : Envelope.new(taggedValue(TAG_XID, xid));
}
