/**
 * Elements to CBOR and back.
 *
 * Spec: draft-mcnally-envelope, "Envelope Format" (the CDDL). Reading is strict: what the draft forbids is
 * refused, even where other readers repair it (assertions out of order, or twice).
 *
 * Trap: a wrapped child keeps its own tag 200, every other child is stored without it.
 */
import {
  asBytes,
  asMap,
  asTaggedValue,
  asUnsigned,
  type Cbor,
  CborMap,
  cbor,
  decodeCbor,
  isArray,
  isBytes,
  isMap,
  isTagged,
  isUnsigned,
  taggedValue,
} from "#bc/dcbor";
import { TAG_COMPRESSED, TAG_ENCODED_CBOR, TAG_ENCRYPTED, TAG_ENVELOPE, TAG_LEAF } from "#bc/tags";
import { Digest, EncryptedMessage } from "../keys/index.ts";
import { compressedFromCbor, compressedToCbor } from "./compressed.ts";
import {
  assertion,
  type Element,
  elided,
  isAssertionLike,
  knownValue,
  leaf,
  nodeInOrder,
  wrapped,
} from "./element.ts";
import { EnvelopeError } from "./error.ts";
import { isTooDeep, MAX_NESTING } from "./nesting.ts";

export type ReadOptions = {
  /**
   * Refuse the legacy leaf tag 24 too. What is read is then exactly what would be written: decoding and
   * encoding again gives the same bytes. Default: tag 24 is read as a leaf.
   */
  readonly strict?: boolean;
};

/** An element as tagged CBOR, `200(content)`. */
export function toCbor(element: Element): Cbor {
  return taggedValue(TAG_ENVELOPE, contentToCbor(element));
}

/** An element's content, as it stands inside another element (and inside a UR). */
export function contentToCbor(element: Element): Cbor {
  switch (element.kind) {
    case "leaf":
      return taggedValue(TAG_LEAF, element.cbor);
    case "knownValue":
      return cbor(element.value);
    case "wrapped":
      return toCbor(element.content);
    case "assertion": {
      const map = new CborMap();
      map.set(contentToCbor(element.predicate), contentToCbor(element.object));
      return cbor(map);
    }
    case "node":
      return cbor([element.subject, ...element.assertions].map(contentToCbor));
    case "elided":
      return cbor(element.digest.data);
    case "encrypted":
      return element.message.toCbor();
    case "compressed":
      return compressedToCbor(element.compressed);
  }
}

/**
 * Decodes dCBOR within the limit of nesting.
 *
 * @throws {EnvelopeError} `too-deep`, or `malformed` for anything that is not one dCBOR item.
 */
export function decodeBounded(bytes: Uint8Array): Cbor {
  if (isTooDeep(bytes)) throw new EnvelopeError("too-deep", `nested deeper than ${MAX_NESTING} levels`);
  try {
    return decodeCbor(bytes);
  } catch (cause) {
    throw new EnvelopeError("malformed", "not deterministic CBOR", { cause });
  }
}

/** @throws {EnvelopeError} `malformed` for anything but `200(content)`. */
export function fromCbor(source: Cbor, options: ReadOptions = {}): Element {
  const tagged = asTaggedValue(source);
  if (tagged === undefined || tagged[0].value !== TAG_ENVELOPE.value) {
    throw new EnvelopeError("malformed", "an envelope must be tagged 200");
  }
  return contentFromCbor(tagged[1], options);
}

/** @throws {EnvelopeError} `malformed` for what is no envelope content. */
export function contentFromCbor(source: Cbor, options: ReadOptions = {}): Element {
  if (isTagged(source)) return taggedFromCbor(source, options);
  if (isUnsigned(source)) return knownValue(asUnsigned(source) ?? 0);
  if (isBytes(source)) return elided(digestFrom(asBytes(source)));
  if (isMap(source)) return assertionFromCbor(source, options);
  if (isArray(source)) return nodeFromCbor(source.value, options);
  throw new EnvelopeError("malformed", "not an envelope case");
}

function taggedFromCbor(source: Cbor, options: ReadOptions): Element {
  const [tag, content] = asTaggedValue(source) ?? [];
  if (tag === undefined || content === undefined) throw new EnvelopeError("malformed", "not tagged");
  if (tag.value === TAG_LEAF.value) return leaf(content);
  if (tag.value === TAG_ENCODED_CBOR.value && options.strict !== true) return leaf(content);
  if (tag.value === TAG_ENVELOPE.value) return wrapped(contentFromCbor(content, options));
  if (tag.value === TAG_ENCRYPTED.value) return encryptedFromCbor(source);
  if (tag.value === TAG_COMPRESSED.value) {
    const compressed = readComponent(() => compressedFromCbor(source));
    return { kind: "compressed", compressed, digest: compressed.digest };
  }
  throw new EnvelopeError("malformed", `tag ${tag.value} is unknown in an envelope`);
}

/** An encrypted element states its digest as additional data, `40001(digest)`. */
function encryptedFromCbor(source: Cbor): Element {
  const message = readComponent(() => EncryptedMessage.fromCbor(source));
  if (message.aad.length === 0) throw new EnvelopeError("malformed", "an encrypted element needs a digest");
  const aad = decodeBounded(message.aad);
  return { kind: "encrypted", message, digest: readComponent(() => Digest.fromCbor(aad)) };
}

function assertionFromCbor(source: Cbor, options: ReadOptions): Element {
  const entries = asMap(source)?.entriesArray ?? [];
  const [entry] = entries;
  if (entry === undefined || entries.length !== 1) {
    throw new EnvelopeError("malformed", "an assertion must be a map of exactly one entry");
  }
  return assertion(contentFromCbor(entry.key, options), contentFromCbor(entry.value, options));
}

function nodeFromCbor(items: readonly Cbor[], options: ReadOptions): Element {
  const [subject, ...assertions] = items.map((item) => contentFromCbor(item, options));
  if (subject === undefined || assertions.length === 0) {
    throw new EnvelopeError("malformed", "a node must have a subject and at least one assertion");
  }
  if (!assertions.every(isAssertionLike)) {
    throw new EnvelopeError("malformed", "only assertions can follow the subject of a node");
  }
  const ascending = assertions.every((item, i) => {
    const previous = assertions[i - 1];
    return previous === undefined || previous.digest.compare(item.digest) < 0;
  });
  if (!ascending) throw new EnvelopeError("malformed", "assertions must ascend by digest, none twice");
  return nodeInOrder(subject, assertions);
}

function digestFrom(bytes: Uint8Array | undefined): Digest {
  return readComponent(() => Digest.fromData(bytes ?? new Uint8Array()));
}

/** A component that can't be read makes the whole envelope malformed. */
function readComponent<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof EnvelopeError) throw cause;
    throw new EnvelopeError("malformed", "an element has a wrong shape or size", { cause });
  }
}
