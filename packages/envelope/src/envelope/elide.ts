/**
 * Eliding: replacing elements by their digests, and putting them back.
 *
 * Spec: draft-mcnally-envelope, "Elision". Every digest above an elided element stays as it was, so
 * signatures stay valid.
 *
 * Trap: for the same reason anyone can elide parts of a signed envelope. Who takes meaning from an
 * assertion's absence must refuse obscured elements first, see {@link hasObscured}.
 */
import type { Digest } from "../keys/index.ts";
import { assertion, childrenOf, type Element, elided, isObscured, nodeInOrder, wrapped } from "./element.ts";
import { EnvelopeError } from "./error.ts";

/** Tells whether an element with this digest is to be elided. */
export type ElisionTest = (digest: Digest) => boolean;

/** Elides the elements (with all below them) that `isElided` picks, from the top down. */
export function elideWhere(element: Element, isElided: ElisionTest): Element {
  if (isElided(element.digest)) return elided(element.digest);
  const elideChild = (child: Element) => elideWhere(child, isElided);
  switch (element.kind) {
    case "node":
      return nodeInOrder(elideChild(element.subject), element.assertions.map(elideChild));
    case "assertion":
      return assertion(elideChild(element.predicate), elideChild(element.object));
    case "wrapped":
      return wrapped(elideChild(element.content));
    default:
      return element;
  }
}

/**
 * Puts an elided element's content back.
 *
 * @throws {EnvelopeError} `digest-mismatch` when `original` is not what was elided.
 */
export function unelide(element: Element, original: Element): Element {
  if (!element.digest.equals(original.digest)) {
    throw new EnvelopeError("digest-mismatch", "this is not the element that was elided");
  }
  return original;
}

/** Whether any element of the tree is elided, encrypted or compressed. */
export function hasObscured(element: Element): boolean {
  return isObscured(element) || childrenOf(element).some(hasObscured);
}
