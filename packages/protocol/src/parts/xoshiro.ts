/**
 * xoshiro256**, the generator that multi-part URs draw from (BCR-2024-001): the sender of a mixed part and its reader
 * draw the same numbers.
 *
 * Spec: Blackman and Vigna, "Scrambled linear pseudorandom number generators". A word of 64 bits is two numbers of 32
 * bits here, the high one first, since bigints are ten times as slow.
 */

const TWO_32 = 2 ** 32;
const TWO_64 = 2 ** 64;

/**
 * Numbers from 0 up to, but not including, 1.
 *
 * @param seed 32 bytes: four words, big-endian.
 */
export function randomNumbers(seed: Uint8Array): () => number {
  const view = new DataView(seed.buffer, seed.byteOffset, 32);
  const word = (index: number) => view.getUint32(4 * index);
  let [aHigh, aLow, bHigh, bLow] = [word(0), word(1), word(2), word(3)];
  let [cHigh, cLow, dHigh, dLow] = [word(4), word(5), word(6), word(7)];

  return () => {
    // The result is rotl(b × 5, 7) × 9.
    const five = bLow * 5;
    const fiveLow = five >>> 0;
    const fiveHigh = (Math.imul(bHigh, 5) + Math.floor(five / TWO_32)) >>> 0;
    const nine = (((fiveLow << 7) | (fiveHigh >>> 25)) >>> 0) * 9;
    const high = (Math.imul((fiveHigh << 7) | (fiveLow >>> 25), 9) + Math.floor(nine / TWO_32)) >>> 0;
    const low = nine >>> 0;

    const shiftedHigh = (bHigh << 17) | (bLow >>> 15);
    const shiftedLow = bLow << 17;
    cHigh ^= aHigh;
    cLow ^= aLow;
    dHigh ^= bHigh;
    dLow ^= bLow;
    bHigh = (bHigh ^ cHigh) >>> 0;
    bLow = (bLow ^ cLow) >>> 0;
    aHigh ^= dHigh;
    aLow ^= dLow;
    cHigh ^= shiftedHigh;
    cLow ^= shiftedLow;
    // rotl(d, 45) is the halves exchanged, and rotl 13.
    const swappedHigh = dLow;
    const swappedLow = dHigh;
    dHigh = (swappedHigh << 13) | (swappedLow >>> 19);
    dLow = (swappedLow << 13) | (swappedHigh >>> 19);
    return (high * TWO_32 + low) / TWO_64;
  };
}
