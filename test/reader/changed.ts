/** Bytes with a few changes of the kinds that find faults in readers of CBOR. */
import type { Random } from "./random.ts";

/** First bytes of items, ends of ranges, and what begins text that is special. */
const TELLING = [
  0x00, 0x01, 0x17, 0x18, 0x19, 0x1a, 0x1b, 0x1c, 0x1f, 0x20, 0x3b, 0x40, 0x58, 0x5f, 0x60, 0x61, 0x7f, 0x80,
  0x81, 0x82, 0x9b, 0x9f, 0xa0, 0xa1, 0xa2, 0xbf, 0xc1, 0xc8, 0xc9, 0xcc, 0xd8, 0xd9, 0xf4, 0xf6, 0xf7, 0xf8,
  0xf9, 0xfa, 0xfb, 0xff,
];

const MOST_CHANGES = 3;

export function changed(random: Random, original: Uint8Array, others: readonly Uint8Array[]): Uint8Array {
  let bytes = [...original];
  for (let times = 1 + random.below(MOST_CHANGES); times > 0; times--) bytes = change(random, bytes, others);
  return Uint8Array.from(bytes);
}

function change(random: Random, bytes: number[], others: readonly Uint8Array[]): number[] {
  const at = random.below(bytes.length + 1);
  const length = 1 + random.below(random.once(3) ? 40 : 4);
  switch (random.below(8)) {
    case 0:
      return bytes.toSpliced(at, 1, random.pick(TELLING));
    case 1:
      return bytes.toSpliced(at, 1, (bytes[at] ?? 0) ^ (1 << random.below(8)));
    case 2:
      return bytes.toSpliced(at, length);
    case 3:
      return bytes.toSpliced(at, 0, ...random.bytes(length));
    case 4:
      return bytes.toSpliced(at, 0, ...bytes.slice(at, at + length));
    case 5:
      return bytes.slice(0, at);
    case 6: {
      const to = random.below(bytes.length + 1);
      return bytes.toSpliced(to, length, ...bytes.slice(at, at + length));
    }
    default: {
      const other = random.pick(others);
      const from = random.below(other.length);
      return bytes.toSpliced(at, length, ...other.subarray(from, from + length));
    }
  }
}
