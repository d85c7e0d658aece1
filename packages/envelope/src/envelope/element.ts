/**
 * The eight cases of a Gordian Envelope and their digests.
 *
 * Spec: draft-mcnally-envelope, "Envelope Format" and "Computing the Digest Tree".
 *
 * An element is an immutable value that carries its digest from birth, so every element is hashed once.
 *
 * Traps: digests have no case prefix. A node with one assertion `X [A]` and the assertion `X: A` share a
 * digest, and a wrapped envelope can collide with a leaf. Whoever trusts a digest must also check the case.
 */
import { type Cbor, encodeCbor } from "#bc/dcbor";
import { TAG_KNOWN_VALUE } from "#bc/tags";
import { Digest, type EncryptedMessage } from "../keys/index.ts";
import { type Compressed, compressedToCbor } from "./compressed.ts";
import { EnvelopeError } from "./error.ts";
import { headSize, Output } from "./output.ts";
import { TAG, UNSIGNED } from "./read/cursor.ts";
import { valueIn } from "./read/value.ts";

/** A leaf. Most of those that are read are hashed only, so a value is decoded from its bytes when it is asked for. */
export class Leaf {
  readonly kind = "leaf";
  /** The value's own dCBOR, without tag 201: what the digest covers. */
  readonly encoded: Uint8Array;
  readonly digest: Digest;
  #cbor: Cbor | undefined;

  constructor(encoded: Uint8Array, cbor?: Cbor) {
    this.encoded = encoded;
    this.digest = Digest.fromImage(encoded);
    this.#cbor = cbor;
  }

  /** The major type of the value, which its head tells without decoding the rest. */
  get majorType(): number {
    return (this.encoded[0] ?? 0) >> 5;
  }

  get cbor(): Cbor {
    this.#cbor ??= valueIn(this.encoded);
    return this.#cbor;
  }
}

export type KnownValueElement = {
  readonly kind: "knownValue";
  readonly value: number | bigint;
  readonly digest: Digest;
};
export type Assertion = {
  readonly kind: "assertion";
  readonly predicate: Element;
  readonly object: Element;
  readonly digest: Digest;
  readonly encoded: Encoded;
};
export type Wrapped = {
  readonly kind: "wrapped";
  readonly content: Element;
  readonly digest: Digest;
  readonly encoded: Encoded;
};
export type Node = {
  readonly kind: "node";
  readonly subject: Element;
  /** One or more, ascending by digest, none twice. */
  readonly assertions: readonly Element[];
  readonly digest: Digest;
  readonly encoded: Encoded;
};
export type Elided = { readonly kind: "elided"; readonly digest: Digest };
export type Encrypted = {
  readonly kind: "encrypted";
  readonly message: EncryptedMessage;
  readonly digest: Digest;
  /** As it stands inside another element, tag 40002 and all. */
  readonly encoded: Uint8Array;
};
export type CompressedElement = {
  readonly kind: "compressed";
  readonly compressed: Compressed;
  readonly digest: Digest;
  /** As it stands inside another element, tag 40003 and all. */
  readonly encoded: Uint8Array;
};

/** The bytes that an element was read from, as it stands inside another one; undefined for one that was made here. */
export type Encoded = Uint8Array | undefined;

/** One element of an envelope: itself an envelope. */
export type Element =
  | Leaf
  | KnownValueElement
  | Assertion
  | Wrapped
  | Node
  | Elided
  | Encrypted
  | CompressedElement;

export function leaf(cbor: Cbor): Leaf {
  return new Leaf(encodeCbor(cbor), cbor);
}

/** The registry's values come up several times in every message, so each is made and hashed once. */
const REGISTERED = new Map<number | bigint, KnownValueElement>();
const LARGEST_REGISTERED = 1000;

export function knownValue(value: number | bigint): KnownValueElement {
  const known = REGISTERED.get(value);
  if (known !== undefined) return known;
  const made = makeKnownValue(value);
  if (value <= LARGEST_REGISTERED) REGISTERED.set(value, made);
  return made;
}

function makeKnownValue(value: number | bigint): KnownValueElement {
  const image = new Output(headSize(TAG_KNOWN_VALUE.value) + headSize(value));
  image.head(TAG, TAG_KNOWN_VALUE.value);
  image.head(UNSIGNED, value);
  return { kind: "knownValue", value, digest: Digest.fromImage(image.bytes) };
}

export function assertion(predicate: Element, object: Element, encoded?: Encoded): Assertion {
  return { kind: "assertion", predicate, object, digest: digestOf([predicate, object]), encoded };
}

export function wrapped(content: Element, encoded?: Encoded): Wrapped {
  return { kind: "wrapped", content, digest: digestOf([content]), encoded };
}

export function elided(digest: Digest): Elided {
  return { kind: "elided", digest };
}

/**
 * A node of a subject and at least one assertion, in any order; equal ones collapse.
 *
 * @throws {EnvelopeError} `wrong-case` for an element that cannot stand as an assertion.
 */
export function node(subject: Element, assertions: readonly Element[]): Node {
  const sorted = [...assertions].sort((a, b) => a.digest.compare(b.digest));
  const unique = sorted.filter((item, i) => i === 0 || !sorted[i - 1]?.digest.equals(item.digest));
  if (!unique.every(isAssertionLike)) {
    throw new EnvelopeError("wrong-case", "only an assertion, or one that is obscured, can be added");
  }
  return nodeInOrder(subject, unique);
}

/** A node whose assertions are known to be in order and distinct. */
export function nodeInOrder(subject: Element, assertions: readonly Element[], encoded?: Encoded): Node {
  return { kind: "node", subject, assertions, digest: digestOf([subject, ...assertions]), encoded };
}

export function encrypted(message: EncryptedMessage, digest: Digest): Encrypted {
  return { kind: "encrypted", message, digest, encoded: encodeCbor(message.toCbor()) };
}

export function compressed(content: Compressed): CompressedElement {
  const encoded = encodeCbor(compressedToCbor(content));
  return { kind: "compressed", compressed: content, digest: content.digest, encoded };
}

/** An assertion, a node around one (salted, say), or an obscured element, which may hide either. */
export function isAssertionLike(element: Element): boolean {
  const subject = innermostSubject(element);
  return subject.kind === "assertion" || isObscured(subject);
}

export function isObscured(element: Element): boolean {
  return element.kind === "elided" || element.kind === "encrypted" || element.kind === "compressed";
}

/** The subject of a node; any other element is its own subject. */
export function subjectOf(element: Element): Element {
  return element.kind === "node" ? element.subject : element;
}

/** The subject's subject, and so on, down to what is no node. */
export function innermostSubject(element: Element): Exclude<Element, Node> {
  let subject = element;
  while (subject.kind === "node") subject = subject.subject;
  return subject;
}

/** The direct children, subject first: what a walk over the tree visits. */
export function childrenOf(element: Element): readonly Element[] {
  switch (element.kind) {
    case "node":
      return [element.subject, ...element.assertions];
    case "assertion":
      return [element.predicate, element.object];
    case "wrapped":
      return [element.content];
    default:
      return [];
  }
}

const DIGEST_SIZE = 32;

function digestOf(parts: readonly Element[]): Digest {
  const image = new Output(parts.length * DIGEST_SIZE);
  for (const { digest } of parts) image.raw(digest.data);
  return Digest.fromImage(image.bytes);
}
