/**
 * Finding assertions of an element.
 *
 * Spec: draft-mcnally-envelope; predicates are compared by digest, so an obscured assertion never matches.
 */
import { type Assertion, type Element, innermostSubject } from "./element.ts";
import { EnvelopeError } from "./error.ts";

/** The assertions of a node, in digest order; none for any other case. */
export function assertionsOf(element: Element): readonly Element[] {
  return element.kind === "node" ? element.assertions : [];
}

/** The assertions whose predicate has the digest of `predicate`. */
export function assertionsWithPredicate(element: Element, predicate: Element): readonly Element[] {
  return assertionsOf(element).filter((item) => {
    return assertionIn(item)?.predicate.digest.equals(predicate.digest) ?? false;
  });
}

/** The objects of those assertions. */
export function objectsForPredicate(element: Element, predicate: Element): readonly Element[] {
  return assertionsWithPredicate(element, predicate).flatMap((item) => assertionIn(item)?.object ?? []);
}

/** @throws {EnvelopeError} `ambiguous-predicate` when there is more than one. */
export function optionalObjectForPredicate(element: Element, predicate: Element): Element | undefined {
  const [object, another] = objectsForPredicate(element, predicate);
  if (another !== undefined) {
    throw new EnvelopeError("ambiguous-predicate", "more than one assertion matches the predicate");
  }
  return object;
}

/** @throws {EnvelopeError} `missing-predicate` or `ambiguous-predicate` unless there is exactly one. */
export function objectForPredicate(element: Element, predicate: Element): Element {
  const object = optionalObjectForPredicate(element, predicate);
  if (object === undefined) {
    throw new EnvelopeError("missing-predicate", "no assertion matches the predicate");
  }
  return object;
}

/** The assertion itself, also where it carries assertions of its own (salt, say). */
function assertionIn(item: Element): Assertion | undefined {
  const subject = innermostSubject(item);
  return subject.kind === "assertion" ? subject : undefined;
}
