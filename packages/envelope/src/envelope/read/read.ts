/**
 * Envelopes from bytes: one pass, in which everything is checked and hashed that there is.
 *
 * Spec: draft-mcnally-envelope, "Envelope Format" (the CDDL). Reading is strict: what the draft forbids is refused, even
 * where other readers repair it (assertions out of order, or twice). What is read strictly is what would be written,
 * byte for byte; so the elements keep their bytes, as views of those that were read, and nobody may write to these.
 *
 * Trap: a wrapped child keeps its own tag 200, every other child is stored without it.
 */
import { encodeCbor, taggedValue } from "#bc/dcbor";
import {
  TAG_COMPRESSED,
  TAG_DIGEST,
  TAG_ENCODED_CBOR,
  TAG_ENCRYPTED,
  TAG_ENVELOPE,
  TAG_LEAF,
} from "#bc/tags";
import { Digest, EncryptedMessage, equalBytes } from "../../keys/index.ts";
import {
  assertion,
  type CompressedElement,
  type Element,
  type Encrypted,
  elided,
  isAssertionLike,
  knownValue,
  Leaf,
  nodeInOrder,
  wrapped,
} from "../element.ts";
import {
  ARRAY,
  BYTES,
  type Cursor,
  cursorOf,
  enter,
  expectEnd,
  leave,
  MAP,
  malformed,
  readHead,
  TAG,
  takeBytes,
  tooComplex,
  UNSIGNED,
} from "./cursor.ts";
import { passItem } from "./item.ts";
import type { ReadLimits } from "./limits.ts";

export type ReadOptions = {
  /**
   * Refuse the legacy leaf tag 24 too. What is read is then exactly what would be written: decoding and
   * encoding again gives the same bytes. Default: tag 24 is read as a leaf.
   */
  readonly strict?: boolean;
  /** Where they are to be other than {@link READ_LIMITS}. */
  readonly limits?: Partial<ReadLimits>;
};

/**
 * An envelope as it stands by itself, `200(content)`.
 *
 * @throws {EnvelopeError} `malformed` for anything else, `too-deep`, `too-complex`.
 */
export function readTagged(bytes: Uint8Array, options: ReadOptions = {}): Element {
  const cursor = cursorOf(bytes, options.limits);
  expectTag(cursor, TAG_ENVELOPE.value);
  const element = readContent(cursor, options);
  expectEnd(cursor);
  return element;
}

/** An envelope as it stands in a UR, without its tag. @throws as {@link readTagged} */
export function readUntagged(bytes: Uint8Array, options: ReadOptions = {}): Element {
  const cursor = cursorOf(bytes, options.limits);
  const element = readContent(cursor, options);
  expectEnd(cursor);
  return element;
}

function readContent(cursor: Cursor, options: ReadOptions): Element {
  const start = cursor.at;
  cursor.items += 1;
  switch (readHead(cursor)) {
    case UNSIGNED:
      return knownValue(cursor.argument);
    case BYTES:
      return elided(digestOf(takeBytes(cursor)));
    case ARRAY:
      return readNode(cursor, start, options);
    case MAP:
      return readAssertion(cursor, start, options);
    case TAG:
      return readTag(cursor, start, options);
    default:
      throw malformed("not an envelope case");
  }
}

function readTag(cursor: Cursor, start: number, options: ReadOptions): Element {
  enter(cursor);
  const element = readTagContent(cursor, start, options);
  leave(cursor);
  return element;
}

function readTagContent(cursor: Cursor, start: number, options: ReadOptions): Element {
  switch (cursor.argument) {
    case TAG_LEAF.value:
      return readLeaf(cursor);
    case TAG_ENVELOPE.value: {
      const content = readContent(cursor, options);
      return wrapped(content, bytesSince(cursor, start));
    }
    case TAG_ENCRYPTED.value:
      return readEncrypted(cursor, start);
    case TAG_COMPRESSED.value:
      return readCompressed(cursor, start);
    case TAG_ENCODED_CBOR.value:
      if (options.strict === true) throw malformed("the legacy tag 24 of a leaf");
      cursor.verbatim = false;
      return readLeaf(cursor);
    default:
      throw malformed(`tag ${cursor.argument} is unknown in an envelope`);
  }
}

function readLeaf(cursor: Cursor): Element {
  const start = cursor.at;
  passItem(cursor);
  return new Leaf(cursor.bytes.subarray(start, cursor.at));
}

/** Order, repetition and kind are judged assertion by assertion, so that a long node is refused where it goes wrong. */
function readNode(cursor: Cursor, start: number, options: ReadOptions): Element {
  const count = Number(cursor.argument) - 1;
  if (count < 1) throw malformed("a node must have a subject and at least one assertion");
  if (count >= cursor.bytes.length - cursor.at) throw malformed("the bytes end early");
  if (count > cursor.limits.assertions) throw tooComplex("a node has too many assertions");
  enter(cursor);
  const subject = readContent(cursor, options);
  const assertions: Element[] = [];
  let previous: Digest | undefined;
  for (let i = 0; i < count; i++) {
    const item = readContent(cursor, options);
    if (!isAssertionLike(item)) throw malformed("only assertions can follow the subject of a node");
    if (previous !== undefined && previous.compare(item.digest) >= 0) {
      throw malformed("assertions must ascend by digest, none twice");
    }
    previous = item.digest;
    assertions.push(item);
  }
  leave(cursor);
  return nodeInOrder(subject, assertions, bytesSince(cursor, start));
}

function readAssertion(cursor: Cursor, start: number, options: ReadOptions): Element {
  if (cursor.argument !== 1) throw malformed("an assertion must be a map of exactly one entry");
  enter(cursor);
  const predicate = readContent(cursor, options);
  const object = readContent(cursor, options);
  leave(cursor);
  return assertion(predicate, object, bytesSince(cursor, start));
}

const NONCE_SIZE = 12;
const AUTH_SIZE = 16;

/** `40002([ciphertext, nonce, auth, aad])`, where the additional data states the digest, `40001(digest)`. */
function readEncrypted(cursor: Cursor, start: number): Encrypted {
  expectArray(cursor, 4);
  const ciphertext = readBytes(cursor);
  const nonce = readBytes(cursor, NONCE_SIZE);
  const auth = readBytes(cursor, AUTH_SIZE);
  const aad = readBytes(cursor);
  leave(cursor);
  if (!equalBytes(aad.subarray(0, DIGEST_HEAD.length), DIGEST_HEAD)) {
    throw malformed("an encrypted element must state its digest");
  }
  return {
    kind: "encrypted",
    message: EncryptedMessage.fromParts({ ciphertext, nonce, auth, aad }),
    digest: digestOf(aad.subarray(DIGEST_HEAD.length)),
    encoded: cursor.bytes.subarray(start, cursor.at),
  };
}

/** `40003([checksum, size, data, 40001(digest)])` */
function readCompressed(cursor: Cursor, start: number): CompressedElement {
  expectArray(cursor, 4);
  const checksum = readUnsigned(cursor, 0xffff_ffff);
  const size = readUnsigned(cursor, Number.MAX_SAFE_INTEGER);
  const data = readBytes(cursor);
  if (data.length > size) throw malformed("compressed content is longer than what it stands for");
  expectTag(cursor, TAG_DIGEST.value);
  const digest = digestOf(readBytes(cursor));
  leave(cursor);
  leave(cursor);
  return {
    kind: "compressed",
    compressed: { checksum, size, data, digest },
    digest,
    encoded: cursor.bytes.subarray(start, cursor.at),
  };
}

const DIGEST_SIZE = 32;
/** What stands before the 32 bytes of a digest. */
const DIGEST_HEAD = encodeCbor(taggedValue(TAG_DIGEST, new Uint8Array(DIGEST_SIZE))).subarray(
  0,
  -DIGEST_SIZE,
);

function digestOf(bytes: Uint8Array): Digest {
  if (bytes.length !== DIGEST_SIZE) throw malformed(`a digest must be ${DIGEST_SIZE} bytes`);
  return Digest.fromData(bytes);
}

/** The bytes of the content that began at `start`, where it would be written so. */
function bytesSince(cursor: Cursor, start: number): Uint8Array | undefined {
  return cursor.verbatim ? cursor.bytes.subarray(start, cursor.at) : undefined;
}

/** Opens a level, as {@link expectArray}. */
function expectTag(cursor: Cursor, tag: number | bigint): void {
  if (readHead(cursor) !== TAG || cursor.argument !== tag) throw malformed(`tag ${tag} is needed`);
  enter(cursor);
}

function expectArray(cursor: Cursor, count: number): void {
  if (readHead(cursor) !== ARRAY || cursor.argument !== count) {
    throw malformed(`an array of ${count} is needed`);
  }
  enter(cursor);
}

function readBytes(cursor: Cursor, size?: number): Uint8Array {
  if (readHead(cursor) !== BYTES) throw malformed("a byte string is needed");
  if (size !== undefined && cursor.argument !== size) throw malformed(`${size} bytes are needed`);
  return takeBytes(cursor);
}

function readUnsigned(cursor: Cursor, max: number): number {
  if (readHead(cursor) !== UNSIGNED || cursor.argument > max)
    throw malformed(`a number up to ${max} is needed`);
  return Number(cursor.argument);
}
