/**
 * How deep CBOR bytes nest, found without recursion.
 *
 * The decoder recurses, so hostile nesting would exhaust the stack. This walk looks at heads only, keeps at
 * most `limit` counters, and comes before the decoder. It judges nothing else: bytes that are no CBOR at all
 * pass, and the decoder says what is wrong with them.
 */

/** The most levels of arrays, maps and tags that are read. */
export const MAX_NESTING = 64;

const ARRAY = 4;
const MAP = 5;
const TAG = 6;
const BYTES = 2;
const TEXT = 3;

/** Whether the item at the start of `bytes` has more than `limit` levels of arrays, maps and tags. */
export function isTooDeep(bytes: Uint8Array, limit = MAX_NESTING): boolean {
  /** Items still to come on each open level. */
  const open: number[] = [];
  let at = 0;
  do {
    const head = readHead(bytes, at);
    if (head === undefined) return false;
    at = head.end;
    const children = childCount(head);
    if (head.major === BYTES || head.major === TEXT) at += head.argument;
    if (children > 0) {
      open.push(children);
      if (open.length > limit) return true;
    } else {
      closeLevels(open);
    }
  } while (open.length > 0 && at < bytes.length);
  return false;
}

type Head = { readonly major: number; readonly argument: number; readonly end: number };

function childCount({ major, argument }: Head): number {
  if (major === ARRAY) return argument;
  if (major === MAP) return argument * 2;
  return major === TAG ? 1 : 0;
}

/** Counts one finished item on the innermost level, and on each level that this finishes. */
function closeLevels(open: number[]): void {
  while (open.length > 0) {
    const left = (open.pop() ?? 0) - 1;
    if (left > 0) {
      open.push(left);
      return;
    }
  }
}

function readHead(bytes: Uint8Array, at: number): Head | undefined {
  const initial = bytes[at];
  if (initial === undefined) return undefined;
  const info = initial & 31;
  const length = info < 24 ? 0 : info < 28 ? 1 << (info - 24) : -1;
  if (length < 0 || at + 1 + length > bytes.length) return undefined;
  let argument = info < 24 ? info : 0;
  for (const byte of bytes.subarray(at + 1, at + 1 + length)) argument = argument * 256 + byte;
  return { major: initial >> 5, argument, end: at + 1 + length };
}
