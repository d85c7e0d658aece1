/**
 * Signatures on a subject: `{ payload } [ 'signed': Signature ]`.
 *
 * Spec: BCR-2024-009 for metadata. What is signed is the 32 bytes of the subject's digest, so everything that
 * must be covered is wrapped first.
 *
 * With metadata, the object is `{ Signature [ metadata … ] } [ 'signed': Signature ]`: the inner signature
 * covers the outer subject, the outer one the wrapped inner one, both by the same key. Both must verify, and
 * the outer one must stand alone; the reference skips a missing outer signature, this reader does not.
 */
import { type Digest, Signature, type SigningPublicKey } from "../keys/index.ts";
import { assertion, type Element, knownValue, leaf, subjectOf } from "./element.ts";
import { EnvelopeError } from "./error.ts";
import { SIGNED } from "./known-values.ts";
import { assertionsOf, objectsForPredicate } from "./queries.ts";

/** One signature found on an envelope, whichever its form. */
export type FoundSignature = {
  readonly signature: Signature;
  /** The signature over the metadata and the digest that it covers. */
  readonly outer?: { readonly signature: Signature; readonly digest: Digest };
};

export function signatureAssertion(signature: Signature): Element {
  return assertion(knownValue(SIGNED.value), leaf(signature.toCbor()));
}

/**
 * The signatures of an element, in digest order.
 *
 * @throws {EnvelopeError} `bad-signature` for a `'signed'` object that is no signature, or that carries
 *   metadata which is not signed.
 */
export function signaturesOf(element: Element): readonly FoundSignature[] {
  return objectsForPredicate(element, knownValue(SIGNED.value)).map(findSignature);
}

/** Whether `found`, with its metadata if it has any, is by `key` over `digest`. */
async function verifies(found: FoundSignature, key: SigningPublicKey, digest: Digest): Promise<boolean> {
  if (!(await key.verify(found.signature, digest.data))) return false;
  return found.outer === undefined || key.verify(found.outer.signature, found.outer.digest.data);
}

/** Whether any signature of the element is by `key` over its subject. */
export async function hasSignatureFrom(element: Element, key: SigningPublicKey): Promise<boolean> {
  for (const found of signaturesOf(element)) {
    if (await verifies(found, key, subjectOf(element).digest)) return true;
  }
  return false;
}

function findSignature(object: Element): FoundSignature {
  if (object.kind === "leaf") return { signature: signatureIn(object) };
  const subject = subjectOf(object);
  const outer = objectsForPredicate(object, knownValue(SIGNED.value))[0];
  if (subject.kind !== "wrapped" || outer === undefined || assertionsOf(object).length !== 1) {
    throw new EnvelopeError("bad-signature", "the metadata of a signature must be signed");
  }
  return {
    signature: signatureIn(subjectOf(subject.content)),
    outer: { signature: signatureIn(outer), digest: subject.digest },
  };
}

function signatureIn(element: Element): Signature {
  if (element.kind !== "leaf") throw new EnvelopeError("bad-signature", "not a signature");
  try {
    return Signature.fromCbor(element.cbor);
  } catch (cause) {
    throw new EnvelopeError("bad-signature", "not a signature", { cause });
  }
}
