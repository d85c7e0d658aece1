/**
 * New keys under the same XID: how a server says that it has them, and how others check it.
 *
 * At each change the old keys sign a XID document that names the new ones, a *rotation*:
 *
 *     {
 *         XID [
 *             'key': PublicKeys(new) [
 *                 'allow': 'All'
 *                 'date': date
 *                 "replaces": PublicKeys(old)
 *                 "sequence": 1
 *             ]
 *         ]
 *     } [
 *         'signed': Signature(by the old keys)
 *     ]
 *
 * All of them, from the keys that the XID began with to the present ones, stand on the present key of the document that
 * the server announces, as `"rotation"`. They stand there, and not beside it, because every reader of XID documents reads
 * a key and passes over what it does not know of it.
 *
 * Trap: elision keeps signatures valid, and more than one signature or key could mean two things to two readers. So a
 * rotation counts only in exactly this shape.
 */
import {
  ALLOW,
  ALLOW_ALL,
  DATE,
  Envelope,
  KEY,
  PublicKeys,
  SIGNED,
  type SignOptions,
  type XID,
} from "@bc/envelope";
import { asUnsigned } from "#bc/dcbor";
import type { Identity } from "./identity.ts";
import { dateFromCbor, secondsToCbor } from "./seconds.ts";
import { documentFor, readDocument } from "./xid-document.ts";

/** One change of keys. */
export type Rotation = {
  /** 1 for the first one. */
  readonly sequence: number;
  readonly date: Date;
  readonly replaced: PublicKeys;
  readonly keys: PublicKeys;
  /** As the replaced keys signed it. */
  readonly signed: Envelope;
};

/** A document holds so many. Each costs its reader a verification, and 0.3 kB. */
export const MAX_ROTATIONS = 64;

const ROTATION = "rotation";
const REPLACES = "replaces";
const SEQUENCE = "sequence";

/** What the old keys sign. @param sequence the number of the change, from 1. */
export async function signRotation(
  { xid, publicKeys, privateKeys }: Pick<Identity, "xid" | "publicKeys" | "privateKeys">,
  newKeys: PublicKeys,
  { sequence, date }: Pick<Rotation, "sequence" | "date">,
  options?: SignOptions,
): Promise<Envelope> {
  const key = Envelope.new(newKeys.toCbor())
    .addAssertion(ALLOW, ALLOW_ALL)
    .addAssertion(DATE, secondsToCbor(date))
    .addAssertion(REPLACES, publicKeys.toCbor())
    .addAssertion(SEQUENCE, sequence);
  return Envelope.new(xid.toCbor()).addAssertion(KEY, key).sign(privateKeys.signing, options);
}

/** The document of `keys`, with the rotations from the first on. */
export function documentWithRotations(
  xid: XID,
  keys: PublicKeys,
  rotations: readonly Pick<Rotation, "signed">[],
): Envelope {
  const items = rotations.map(({ signed }) => Envelope.newAssertion(ROTATION, signed));
  const [assertion] = documentFor(xid, keys).assertions();
  const key = assertion?.asObject();
  if (key === undefined) throw new TypeError("a document without a key");
  return Envelope.new(xid.toCbor()).addAssertion(KEY, key.addAssertionEnvelopes(items));
}

/**
 * The rotations of a document, the oldest first, each signed by the keys of the one before it, and the first one by keys
 * that the XID began with. None when the keys have never changed.
 *
 * The document around them is not looked at: what counts is that the last rotation names the present keys.
 *
 * @throws {EnvelopeError | KeyError | TypeError} for what is no document, or when a rotation is missing, comes twice, has
 *   another shape, is of another XID, or is not signed by the keys that it replaces.
 */
export async function readRotations(document: Envelope): Promise<readonly Rotation[]> {
  const { xid } = readDocument(document);
  const found = document.objectsForPredicate(KEY).flatMap((key) => key.objectsForPredicate(ROTATION));
  if (found.length > MAX_ROTATIONS) throw new TypeError("too many rotations");
  const rotations = found.map((signed) => readRotation(signed, xid));
  rotations.sort((a, b) => a.sequence - b.sequence);
  let before: Rotation | undefined;
  for (const rotation of rotations) {
    const { sequence, replaced, signed } = rotation;
    const follows = before === undefined ? xid.validates(replaced.signing) : replaced.equals(before.keys);
    if (sequence !== (before?.sequence ?? 0) + 1 || !follows) throw new TypeError("a rotation is missing");
    if (!(await signed.hasSignatureFrom(replaced.signing))) {
      throw new TypeError("a rotation is not signed by the keys that it replaces");
    }
    before = rotation;
  }
  return rotations;
}

function readRotation(signed: Envelope, xid: XID): Rotation {
  const document = signed.subject().isWrapped() ? signed.tryUnwrap() : undefined;
  const [key, ...otherKeys] = document?.objectsForPredicate(KEY) ?? [];
  const isExact =
    !signed.hasObscured() &&
    signed.assertions().length === 1 &&
    signed.assertionsWithPredicate(SIGNED).length === 1 &&
    document?.assertions().length === 1;
  if (!isExact || document === undefined || key === undefined || otherKeys.length > 0) {
    throw new TypeError("not a rotation");
  }
  if (!readDocument(document).xid.equals(xid)) throw new TypeError("a rotation of another XID");
  const sequence = key.objectForPredicate(SEQUENCE).extractSubject(asUnsigned);
  if (sequence === undefined) throw new TypeError("a rotation without a number");
  return {
    sequence: Number(sequence),
    date: key.objectForPredicate(DATE).extractSubject(dateFromCbor),
    replaced: key.objectForPredicate(REPLACES).extractSubject(PublicKeys.fromCbor),
    keys: key.extractSubject(PublicKeys.fromCbor),
    signed,
  };
}
