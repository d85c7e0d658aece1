/** Bytes of a size that is known before they are written, and the heads of CBOR items in them, in their shortest form. */

/** The bytes of a head: one, and as many as its number needs. */
export function headSize(argument: number | bigint): number {
  if (argument < 24) return 1;
  if (argument < 2 ** 8) return 2;
  if (argument < 2 ** 16) return 3;
  return argument < 2 ** 32 ? 5 : 9;
}

/** Bytes that are filled from the front. */
export class Output {
  readonly bytes: Uint8Array<ArrayBuffer>;
  #at = 0;

  constructor(size: number) {
    this.bytes = new Uint8Array(size);
  }

  raw(part: Uint8Array): void {
    this.bytes.set(part, this.#at);
    this.#at += part.length;
  }

  head(major: number, argument: number | bigint): void {
    const size = headSize(argument);
    this.bytes[this.#at] = (major << 5) | (size === 1 ? Number(argument) : 24 + Math.log2(size - 1));
    if (size === 9) new DataView(this.bytes.buffer).setBigUint64(this.#at + 1, BigInt(argument));
    else this.#writeNumber(Number(argument), this.#at + 1, this.#at + size);
    this.#at += size;
  }

  /** Big-endian, below 2³². */
  #writeNumber(value: number, start: number, end: number): void {
    for (let i = end - 1, rest = value; i >= start; i--, rest >>>= 8) this.bytes[i] = rest;
  }
}
