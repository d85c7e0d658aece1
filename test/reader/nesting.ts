/** How deep bytes nest, by a walk over the heads that judges nothing else and stops at what is no head. */

const [BYTES, TEXT, ARRAY, MAP, TAG] = [2, 3, 4, 5, 6];

/** Whether the item at the start of `bytes` has more than `limit` levels of arrays, maps and tags. */
export function isTooDeep(bytes: Uint8Array, limit: number): boolean {
  /** Items still to come on each open level. */
  const open: number[] = [];
  let at = 0;
  do {
    const head = readHead(bytes, at);
    if (head === undefined) return false;
    at = head.end;
    if (head.major === BYTES || head.major === TEXT) at += head.argument;
    const children = childCount(head);
    if (children > 0) open.push(children);
    else closeLevels(open);
    if (open.length > limit) return true;
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
