/** Finds the numbers in CBOR, by a reader of its own. */

export type FoundNumber = {
  /** The tags around it, the innermost last. */
  readonly tags: readonly number[];
  /** Its place in the innermost array; 0 in a map and where there is no array. */
  readonly index: number;
  /** The text that the assertion around it has for its predicate. */
  readonly key?: string;
  /** A bigint from 2^53 on. */
  readonly value: number | bigint;
};

type Place = Omit<FoundNumber, "value">;

/** @param bytes one item of definite lengths. */
export function numbersIn(bytes: Uint8Array): readonly FoundNumber[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found: FoundNumber[] = [];
  let at = 0;

  function argument(short: number): number | bigint {
    const size = { 24: 1, 25: 2, 26: 4, 27: 8 }[short];
    if (size === undefined) return short;
    let value = 0n;
    for (let i = 0; i < size; i++) value = (value << 8n) | BigInt(view.getUint8(at++));
    return value > BigInt(Number.MAX_SAFE_INTEGER) ? value : Number(value);
  }

  function float(short: number): number {
    const from = at;
    if (short === 25) {
      at += 2;
      return halfAt(view.getUint16(from));
    }
    at += short === 26 ? 4 : 8;
    return short === 26 ? view.getFloat32(from) : view.getFloat64(from);
  }

  /** @returns the text, if the item is one, in a leaf or not. */
  function item(place: Place): string | undefined {
    const head = view.getUint8(at++);
    const [type, short] = [head >> 5, head & 31];
    if (type === 7) {
      if (short >= 25) found.push({ ...place, value: float(short) });
      return undefined;
    }
    const value = argument(short);
    const count = Number(value);
    if (type === 0) found.push({ ...place, value });
    else if (type === 1)
      found.push({ ...place, value: typeof value === "bigint" ? -1n - value : -1 - value });
    else if (type === 2) at += count;
    else if (type === 3) {
      at += count;
      return new TextDecoder().decode(bytes.subarray(at - count, at));
    } else if (type === 4) for (let i = 0; i < count; i++) item({ ...place, index: i });
    else if (type === 5) for (let i = 0; i < count; i++) entry(place);
    else return item({ ...place, tags: [...place.tags, count], index: 0 });
    return undefined;
  }

  function entry({ tags }: Place): void {
    const key = item({ tags, index: 0 });
    item({ tags, index: 0, ...(key !== undefined && { key }) });
  }

  item({ tags: [], index: 0 });
  return found;
}

/** IEEE 754, 16 bits. */
function halfAt(bits: number): number {
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  const sign = bits >> 15 === 1 ? -1 : 1;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}
