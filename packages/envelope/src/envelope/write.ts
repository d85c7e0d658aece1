/**
 * Envelopes to bytes. What was read is written as it came; the rest is measured first, so that all of it is written into
 * one array of the right size.
 *
 * Trap: a wrapped child keeps its own tag 200, every other child is stored without it.
 */
import { TAG_ENVELOPE, TAG_LEAF } from "#bc/tags";
import { type Assertion, childrenOf, type Element, type Node, type Wrapped } from "./element.ts";
import { headSize, Output } from "./output.ts";
import { ARRAY, BYTES, MAP, TAG, UNSIGNED } from "./read/cursor.ts";

/** `200(content)` */
export function writeTagged(element: Element): Uint8Array<ArrayBuffer> {
  const out = new Output(headSize(TAG_ENVELOPE.value) + sizeOf(element));
  out.head(TAG, TAG_ENVELOPE.value);
  writeContent(out, element);
  return out.bytes;
}

/** The content, as it stands inside another element and inside a UR. */
export function writeUntagged(element: Element): Uint8Array<ArrayBuffer> {
  const out = new Output(sizeOf(element));
  writeContent(out, element);
  return out.bytes;
}

const DIGEST_SIZE = 32;

function sizeOf(element: Element): number {
  switch (element.kind) {
    case "leaf":
      return headSize(TAG_LEAF.value) + element.encoded.length;
    case "knownValue":
      return headSize(element.value);
    case "elided":
      return headSize(DIGEST_SIZE) + DIGEST_SIZE;
    case "encrypted":
    case "compressed":
      return element.encoded.length;
    default:
      return element.encoded?.length ?? sizeOfParts(element);
  }
}

function sizeOfParts(element: Compound): number {
  const [, argument] = headOf(element);
  return childrenOf(element).reduce((size, part) => size + sizeOf(part), headSize(argument));
}

function writeContent(out: Output, element: Element): void {
  switch (element.kind) {
    case "leaf":
      out.head(TAG, TAG_LEAF.value);
      out.raw(element.encoded);
      break;
    case "knownValue":
      out.head(UNSIGNED, element.value);
      break;
    case "elided":
      out.head(BYTES, DIGEST_SIZE);
      out.raw(element.digest.data);
      break;
    case "encrypted":
    case "compressed":
      out.raw(element.encoded);
      break;
    default:
      if (element.encoded === undefined) writeParts(out, element);
      else out.raw(element.encoded);
  }
}

function writeParts(out: Output, element: Compound): void {
  out.head(...headOf(element));
  for (const part of childrenOf(element)) writeContent(out, part);
}

/** What consists of other elements. */
type Compound = Wrapped | Assertion | Node;

function headOf(element: Compound): readonly [major: number, argument: number | bigint] {
  switch (element.kind) {
    case "wrapped":
      return [TAG, TAG_ENVELOPE.value];
    case "assertion":
      return [MAP, 1];
    case "node":
      return [ARRAY, element.assertions.length + 1];
  }
}
