/**
 * The strictness that some platforms leave out: OpenSSL and WebCrypto differ in it from version to version. With a
 * public key of small order, one signature verifies for many messages; with a non-canonical encoding, one key has two
 * forms, and so two XIDs. Both are refused before the platform is asked. All of this is public data, so nothing here
 * needs constant time.
 */
import { bytesToHex } from "#bc/dcbor";

const P = 2n ** 255n - 19n;
/** −121665 / 121666: the curve is −x² + y² = 1 + D·x²·y². */
const D = 37095705934669439343138083508754565189542113879843219016388785533085940283555n;
/** One of the two y of the points of order 8; the other is its negative. */
const Y_OF_ORDER_8 = 2707385501144840649318225287225658788936804267575313519463743609750303402022n;
const SMALL_ORDER_Y = new Set([0n, 1n, P - 1n, Y_OF_ORDER_8, P - Y_OF_ORDER_8]);

/** Whether 32 bytes are the canonical encoding of a point's y, and the point is not of small order. */
export function isStrictEd25519Encoding(encoded: Uint8Array): boolean {
  const y = yOf(encoded);
  return y < P && !SMALL_ORDER_Y.has(y);
}

/** Whether 32 bytes are strictly encoded, and the point is on the curve. */
export function isPointOfEd25519(encoded: Uint8Array): boolean {
  if (!isStrictEd25519Encoding(encoded)) return false;
  const y = yOf(encoded);
  const ySquared = (y * y) % P;
  const numerator = ySquared - 1n;
  const denominator = (D * ySquared + 1n) % P;
  // x² = numerator / denominator has a root exactly when their product is a square (Euler's criterion).
  return power((((numerator * denominator) % P) + P) % P, (P - 1n) / 2n) === 1n;
}

/** Little-endian, without the top bit, which is the sign of x. */
function yOf(encoded: Uint8Array): bigint {
  const bigEndian = encoded.toReversed();
  bigEndian[0] = (bigEndian[0] ?? 0) & 0x7f;
  return BigInt(`0x${bytesToHex(bigEndian)}`);
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let square = base, rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = (result * square) % P;
    square = (square * square) % P;
  }
  return result;
}
