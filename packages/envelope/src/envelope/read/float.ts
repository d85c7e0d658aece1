/**
 * Which floats dCBOR allows: each in the shortest of the three widths that holds it exactly, and none that is a whole
 * number for which there is an integer (−0 is 0). Infinities and the one NaN take two bytes.
 */

const HALF_NAN = 0x7e00;
/** The bits of a single's fraction that a half has no room for. */
const BEYOND_HALF = 0x1fff;
const SMALLEST_HALF = 2 ** -24;

/** The float in 2, 4 or 8 bytes at `at`; undefined when dCBOR does not allow it. */
export function floatAt(bytes: Uint8Array, at: number, width: number): number | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, width);
  if (width === 2) return halfOf(view.getUint16(0));
  const value = width === 4 ? view.getFloat32(0) : view.getFloat64(0);
  const isShorter =
    width === 4 ? fitsHalf(view.getUint32(0), value) : Number.isNaN(value) || Math.fround(value) === value;
  return isShorter || isInteger(value) ? undefined : value;
}

function halfOf(bits: number): number | undefined {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const sign = bits >> 15 ? -1 : 1;
  if (exponent === 31) {
    if (fraction === 0) return sign * Number.POSITIVE_INFINITY;
    return bits === HALF_NAN ? Number.NaN : undefined;
  }
  const size = exponent === 0 ? fraction * SMALLEST_HALF : (1024 + fraction) * 2 ** (exponent - 25);
  return Number.isInteger(size) ? undefined : sign * size;
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
