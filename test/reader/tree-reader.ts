/**
 * Envelopes read another way, to judge the reader by: the dCBOR package decodes a tree, the tree is converted, hashed and
 * encoded again. It is slow and has no limits but that of nesting, and shares nothing with the reader that it judges.
 */
import { sha256 } from "#bc/crypto";
import {
  asArray,
  asBytes,
  asMap,
  asTaggedValue,
  asUnsigned,
  type Cbor,
  CborMap,
  cbor,
  decodeCbor,
  encodeCbor,
  isArray,
  isBytes,
  isMap,
  isTagged,
  isUnsigned,
  taggedValue,
} from "#bc/dcbor";

/** What is found by a reader that knows no limits. */
export type Found = {
  readonly digest: Uint8Array;
  /** As it would be written. */
  readonly bytes: Uint8Array;
  readonly tree: Cbor;
  /** The most assertions of a node. */
  readonly assertions: number;
  readonly elements: number;
};

/** Throws for what is no envelope, whatever its nesting: the caller bounds that. */
export function readByTree(bytes: Uint8Array, strict: boolean): Found {
  const tree = decodeCbor(bytes);
  const content = contentOf(tree, TAG_ENVELOPE);
  const counter = { assertions: 0, elements: 0 };
  const element = elementOf(content, { strict, counter });
  return {
    digest: element.digest,
    bytes: encodeCbor(taggedValue(TAG_ENVELOPE, element.content)),
    tree,
    ...counter,
  };
}

const TAG_ENVELOPE = 200;
const TAG_LEAF = 201;
const TAG_LEGACY_LEAF = 24;
const TAG_KNOWN_VALUE = 40000;
const TAG_DIGEST = 40001;
const TAG_ENCRYPTED = 40002;
const TAG_COMPRESSED = 40003;

type Element = {
  readonly kind: "leaf" | "knownValue" | "wrapped" | "assertion" | "node" | "obscured";
  readonly digest: Uint8Array;
  /** As it stands inside another one. */
  readonly content: Cbor;
  /** Of a node, whether its subject's subject, and so on, could be an assertion. */
  readonly isAssertionLike: boolean;
};

type Reading = { readonly strict: boolean; readonly counter: { assertions: number; elements: number } };

function elementOf(source: Cbor, reading: Reading): Element {
  reading.counter.elements += 1;
  if (isTagged(source)) return taggedElementOf(source, reading);
  if (isMap(source)) return assertionOf(source, reading);
  if (isArray(source)) return nodeOf(asArray(source) ?? [], reading);
  if (isUnsigned(source)) {
    const digest = sha256(encodeCbor(taggedValue(TAG_KNOWN_VALUE, source)));
    return { kind: "knownValue", digest, content: source, isAssertionLike: false };
  }
  if (isBytes(source)) {
    return { kind: "obscured", digest: bytesOf(source, 32), content: source, isAssertionLike: true };
  }
  throw new TypeError("not an envelope case");
}

function taggedElementOf(source: Cbor, reading: Reading): Element {
  const [tag, content] = asTaggedValue(source) ?? [];
  if (content === undefined) throw new TypeError("not tagged");
  if (tag?.value === TAG_LEAF || (tag?.value === TAG_LEGACY_LEAF && !reading.strict)) {
    const digest = sha256(encodeCbor(content));
    return { kind: "leaf", digest, content: taggedValue(TAG_LEAF, content), isAssertionLike: false };
  }
  if (tag?.value === TAG_ENVELOPE) {
    const inner = elementOf(content, reading);
    const wrapped = taggedValue(TAG_ENVELOPE, inner.content);
    return { kind: "wrapped", digest: sha256(inner.digest), content: wrapped, isAssertionLike: false };
  }
  if (tag?.value === TAG_ENCRYPTED) return obscured(source, encryptedDigest(content));
  if (tag?.value === TAG_COMPRESSED) return obscured(source, compressedDigest(content));
  throw new TypeError("a tag that is unknown in an envelope");
}

function obscured(content: Cbor, digest: Uint8Array): Element {
  return { kind: "obscured", digest, content, isAssertionLike: true };
}

function encryptedDigest(content: Cbor): Uint8Array {
  const [ciphertext, nonce, auth, aad] = itemsOf(content, 4);
  bytesOf(ciphertext);
  bytesOf(nonce, 12);
  bytesOf(auth, 16);
  return bytesOf(contentOf(decodeCbor(bytesOf(aad)), TAG_DIGEST), 32);
}

function compressedDigest(content: Cbor): Uint8Array {
  const [checksum, size, data, digest] = itemsOf(content, 4);
  const [crc, length] = [checksum, size].map((item) => item && asUnsigned(item));
  if (typeof crc !== "number" || crc >= 2 ** 32) throw new TypeError("not a checksum");
  if (typeof length !== "number" || bytesOf(data).length > length) throw new TypeError("not a size");
  return bytesOf(contentOf(digest, TAG_DIGEST), 32);
}

function assertionOf(source: Cbor, reading: Reading): Element {
  const entries = [...(asMap(source)?.entries() ?? [])];
  const [entry] = entries;
  if (entry === undefined || entries.length !== 1) throw new TypeError("not one entry");
  const [predicate, object] = [elementOf(entry[0], reading), elementOf(entry[1], reading)];
  const map = new CborMap();
  map.set(predicate.content, object.content);
  const digest = hashOf([predicate, object]);
  return { kind: "assertion", digest, content: cbor(map), isAssertionLike: true };
}

function nodeOf(items: readonly Cbor[], reading: Reading): Element {
  const parts = items.map((item) => elementOf(item, reading));
  const [subject, ...assertions] = parts;
  if (subject === undefined || assertions.length === 0) throw new TypeError("no node");
  if (!assertions.every((item) => item.isAssertionLike)) throw new TypeError("no assertion");
  const digests = assertions.map((item) => hex(item.digest));
  if (digests.some((digest, i) => i > 0 && digest <= (digests[i - 1] ?? ""))) throw new TypeError("order");
  reading.counter.assertions = Math.max(reading.counter.assertions, assertions.length);
  const { isAssertionLike } = subject;
  return {
    kind: "node",
    digest: hashOf(parts),
    content: cbor(parts.map(({ content }) => content)),
    isAssertionLike,
  };
}

function hashOf(parts: readonly Element[]): Uint8Array {
  return sha256(Uint8Array.from(parts.flatMap(({ digest }) => [...digest])));
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function contentOf(source: Cbor | undefined, wanted: number): Cbor {
  const [tag, content] = (source && asTaggedValue(source)) ?? [];
  if (content === undefined || tag?.value !== wanted) throw new TypeError("another tag");
  return content;
}

function itemsOf(source: Cbor, count: number): readonly Cbor[] {
  const items = asArray(source) ?? [];
  if (items.length !== count) throw new TypeError("another number of items");
  return items;
}

function bytesOf(source: Cbor | undefined, size?: number): Uint8Array {
  const bytes = source && asBytes(source);
  if (bytes === undefined || (size !== undefined && bytes.length !== size))
    throw new TypeError("other bytes");
  return bytes;
}
