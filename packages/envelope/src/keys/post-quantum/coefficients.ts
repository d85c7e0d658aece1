/** FIPS 203, §7.2: the check of an encapsulation key. */

const Q = 3329;
/** The seed of the matrix, at the end, may be any. */
const SEED_SIZE = 32;

/** Whether every coefficient of 12 bits, little-endian, is less than q. Where one is not, the key has two forms. */
export function hasReducedCoefficients(publicKey: Uint8Array): boolean {
  for (let at = 0; at + 2 < publicKey.length - SEED_SIZE; at += 3) {
    const [low = 0, middle = 0, high = 0] = publicKey.subarray(at, at + 3);
    if ((low | ((middle & 0xf) << 8)) >= Q || ((middle >> 4) | (high << 4)) >= Q) return false;
  }
  return true;
}
