/**
 * What all types of this room share: a CBOR tag, a UR named after that tag, and a printed form without secrets.
 *
 * A UR carries the content *without* the tag; the UR type stands for it (BCR-2020-005). Reading is strict: the exact
 * tag, the exact sizes, the exact number of elements. dCBOR itself, such as shortest-form lengths, is already
 * checked by the decoder that made the `Cbor`.
 */

import {
  asArray,
  asBytes,
  bytesToHex,
  type Cbor,
  type CborTagged,
  getTaggedContent,
  type Tag,
  taggedValue,
} from "#bc/dcbor";
import { UR, urFor } from "#bc/ur";
import { sha256 } from "#sha256";
import { equalBytes } from "./bytes.ts";
import { KeyError } from "./key-error.ts";

/** An immutable value with one CBOR tag. Getters hand out the value's own bytes: do not write to them. */
export abstract class Tagged implements CborTagged {
  /** The one tag of this type. */
  abstract cborTags(): Tag[];
  /** The content, without the tag. */
  abstract untaggedCbor(): Cbor;
  /** How the value shows in logs and envelope notation: without secret bytes. */
  abstract toString(): string;

  /** The tagged CBOR. */
  toCbor(): Cbor {
    const [tag] = this.cborTags();
    if (tag === undefined) throw new TypeError("a tagged value has a tag");
    return taggedValue(tag, this.untaggedCbor());
  }

  /** Single-part UR, lower case. */
  urString(): string {
    return urFor(this).toString();
  }

  /** Whether both encode to the same tagged CBOR. */
  equals(other: Tagged): boolean {
    return equalBytes(this.toCbor().toData(), other.toCbor().toData());
  }

  toJSON(): string {
    return this.toString();
  }

  /** Keeps `console.log` and assertion messages of Node from showing fields. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}

/** A tagged value that people refer to by a short hash: keys and identifiers. */
export abstract class Referenced extends Tagged {
  /** 32 bytes that stand for this value: SHA-256 of the tagged CBOR, unless the type says otherwise. */
  reference(): Uint8Array {
    return sha256(this.toCbor().toData());
  }

  /** The first four bytes of the reference, as 8 hex digits. */
  shortReference(): string {
    return shortHex(this.reference());
  }
}

/** The first four bytes as 8 hex digits. */
export function shortHex(bytes: Uint8Array): string {
  return bytesToHex(bytes.subarray(0, 4));
}

/** The content under `tag`. @throws {KeyError} `malformed` when there is another tag, or none. */
export function contentOf(cbor: Cbor, tag: Tag): Cbor {
  const content = getTaggedContent(cbor, tag.value);
  if (content === undefined) throw new KeyError("malformed", `expected #6.${tag.value} (${tag.name})`);
  return content;
}

/** A byte string of exactly `size` bytes. @throws {KeyError} `malformed`. */
export function bytesOf(cbor: Cbor, size: number, what: string): Uint8Array {
  return copyOf(wholeBytesOf(cbor, what), size, what);
}

/** A byte string of any size. @throws {KeyError} `malformed`. */
export function wholeBytesOf(cbor: Cbor, what: string): Uint8Array {
  const bytes = asBytes(cbor);
  if (bytes === undefined) throw new KeyError("malformed", `${what} must be a byte string`);
  return bytes;
}

/** The elements of an array of `min` to `max` elements. @throws {KeyError} `malformed`. */
export function elementsOf(cbor: Cbor, min: number, max: number, what: string): readonly Cbor[] {
  const elements = asArray(cbor);
  if (elements === undefined) throw new KeyError("malformed", `${what} must be an array`);
  if (elements.length < min || elements.length > max)
    throw new KeyError("malformed", `${what} has ${elements.length} elements`);
  return elements;
}

/** A copy of `bytes`, which must be `size` bytes, so that later writes to the original change nothing. */
export function copyOf(bytes: Uint8Array, size: number, what: string): Uint8Array {
  if (bytes.length !== size)
    throw new KeyError("malformed", `invalid ${what} size: expected ${size}, got ${bytes.length}`);
  return bytes.slice();
}

/** The tagged CBOR in a UR of the type that `tag` names. @throws {KeyError} `malformed`. */
export function cborOfUR(text: string, tag: Tag): Cbor {
  try {
    const ur = UR.parse(text);
    ur.expectType(tag.name ?? "");
    return taggedValue(tag, ur.cbor);
  } catch {
    // No cause: its text may quote the UR, which may hold a private key.
    throw new KeyError("malformed", `not a ur:${tag.name}`);
  }
}
