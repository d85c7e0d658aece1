/** 32 bytes that name something: what ARIDs, digests, XIDs and receipts have in common. */
import { bytesToHex, type Cbor, type CborTagged, cbor, type Tag, taggedValue } from "#bc/dcbor";
import { urFor } from "#bc/ur";
import { compareBytes, equalBytes } from "./bytes.ts";
import { bytesOf, cborOfUR, contentOf, copyOf, shortHex } from "./tagged.ts";

const SIZE = 32;

/** An immutable name. `data` hands out the name's own bytes: do not write to them. */
export abstract class Bytes32 {
  readonly #data: Uint8Array;

  /** @param data 32 bytes that nobody else writes to. */
  protected constructor(data: Uint8Array) {
    this.#data = data;
  }

  /** The name of the type. Without it, TypeScript would take a XID for an ARID: their members are the same. */
  abstract get typeName(): string;

  /** 32 bytes. */
  get data(): Uint8Array {
    return this.#data;
  }

  /** 64 lower-case hex digits. */
  hex(): string {
    return bytesToHex(this.#data);
  }

  equals(other: this): boolean {
    return equalBytes(this.#data, other.#data);
  }

  /** Bytewise order: negative, zero or positive. */
  compare(other: this): number {
    return compareBytes(this.#data, other.#data);
  }

  /** The name itself, which needs no shorter hash to stand for it. */
  reference(): Uint8Array {
    return this.#data;
  }

  /** The first four bytes, as 8 hex digits. */
  shortReference(): string {
    return shortHex(this.#data);
  }

  toString(): string {
    return `${this.typeName}(${this.shortReference()})`;
  }

  toJSON(): string {
    return this.toString();
  }

  /** Keeps `console.log` and assertion messages of Node from showing fields. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}

/** A name with a CBOR tag of its own, and a UR type that the tag names. */
export abstract class TaggedBytes32 extends Bytes32 implements CborTagged {
  abstract cborTags(): [Tag];

  untaggedCbor(): Cbor {
    return cbor(this.data);
  }

  /** The tagged CBOR. */
  toCbor(): Cbor {
    const [tag] = this.cborTags();
    return taggedValue(tag, this.untaggedCbor());
  }

  /** Single-part UR, lower case. */
  urString(): string {
    return urFor(this).toString();
  }
}

/** A copy of 32 bytes. @throws {KeyError} `malformed` for any other number. */
export function copyOf32(bytes: Uint8Array, what: string): Uint8Array {
  return copyOf(bytes, SIZE, what);
}

/** The 32 bytes under `tag`. @throws {KeyError} `malformed` for anything else. */
export function bytes32OfCbor(value: Cbor, tag: Tag, what: string): Uint8Array {
  return bytesOf(contentOf(value, tag), SIZE, what);
}

/** The 32 bytes in a UR of the type that `tag` names. @throws {KeyError} `malformed` for anything else. */
export function bytes32OfUR(text: string, tag: Tag, what: string): Uint8Array {
  return bytes32OfCbor(cborOfUR(text, tag), tag, what);
}
