/** A copy with one bit changed; `at` counts bits and wraps around. Empty bytes grow by one. */
export function flipBit(bytes: Uint8Array, at: number): Uint8Array {
  if (bytes.length === 0) return new Uint8Array(1);
  const flipped = bytes.slice();
  const index = Math.floor(at / 8) % flipped.length;
  flipped[index] = (flipped[index] ?? 0) ^ (1 << (at % 8));
  return flipped;
}
