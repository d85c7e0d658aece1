/**
 * Which floats dCBOR allows: each in the shortest of the three widths that holds it exactly, and none that is a whole
 * number for which there is an integer (−0 is 0). Infinities and the one NaN take two bytes.
 */

const HALF_NAN = 0x7e00;
/** The bits of a single's fraction that a half has no room for. */
const BEYOND_HALF = 0x1fff;
const SMALLEST_HALF = 2 ** -24;

/** Whether 2, 4 or 8 bytes at `at` are such a float. */
export function isShortestFloat(bytes: Uint8Array, at: number, width: number): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, width);
  if (width === 2) return isShortestHalf(view.getUint16(0));
  if (width === 4) return !isInteger(view.getFloat32(0)) && !fitsHalf(view.getUint32(0), view.getFloat32(0));
  const value = view.getFloat64(0);
  return !Number.isNaN(value) && !isInteger(value) && Math.fround(value) !== value;
}

function isShortestHalf(bits: number): boolean {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 || bits === HALF_NAN;
  if (exponent === 0) return fraction !== 0;
  return !Number.isInteger((1 + fraction / 1024) * 2 ** (exponent - 15));
}

/** Whether a half could hold a single, so that it may not be one. */
function fitsHalf(bits: number, value: number): boolean {
  if (!Number.isFinite(value)) return true;
  const exponent = ((bits >>> 23) & 255) - 127;
  if (exponent > 15) return false;
  return exponent >= -14 ? (bits & BEYOND_HALF) === 0 : Number.isInteger(value / SMALLEST_HALF);
}

/** Whether CBOR has an integer for it. */
function isInteger(value: number): boolean {
  return Number.isInteger(value) && value >= -(2 ** 64) && value < 2 ** 64;
}
