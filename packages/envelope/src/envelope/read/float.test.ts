import { expect, test } from "vitest";
import { cbor, encodeCbor, tryDecode } from "#bc/dcbor";
import { equalBytes } from "../../keys/index.ts";
import { floatAt } from "./float.ts";

const WIDTHS = { 249: 2, 250: 4, 251: 8 } as const;

/** Whether the dCBOR package takes these bytes for a float, too, and writes the number that is read from them so. */
function agree(initial: keyof typeof WIDTHS, bytes: Uint8Array): boolean {
  const encoded = Uint8Array.of(initial, ...bytes);
  const value = floatAt(bytes, 0, WIDTHS[initial]);
  if (value === undefined || !tryDecode(encoded).ok) return value === undefined && !tryDecode(encoded).ok;
  return equalBytes(encodeCbor(cbor(value)), encoded);
}

function bytesOf(write: (view: DataView) => void, width: number): Uint8Array {
  const bytes = new Uint8Array(width);
  write(new DataView(bytes.buffer));
  return bytes;
}

test("every half is judged, and read, as by the dCBOR package", () => {
  const differing = Array.from({ length: 2 ** 16 }, (_, bits) => bits).filter((bits) => {
    return !agree(
      0xf9,
      bytesOf((view) => view.setUint16(0, bits), 2),
    );
  });
  expect(differing).toEqual([]);
});

/** Signs and exponents of singles, with fractions that are empty, short, long and just too long for a half. */
test("singles and doubles of every exponent are judged, and read, as by the dCBOR package", () => {
  const differing: string[] = [];
  for (let signAndExponent = 0; signAndExponent < 2 ** 9; signAndExponent++) {
    for (const fraction of [0, 1, 0x1000, 0x2000, 0x3000, 0x400000, 0x7fe000, 0x7fffff]) {
      const bits = ((signAndExponent << 23) | fraction) >>> 0;
      const single = bytesOf((view) => view.setUint32(0, bits), 4);
      if (!agree(0xfa, single)) differing.push(`single ${bits.toString(16)}`);
    }
  }
  for (let signAndExponent = 0; signAndExponent < 2 ** 12; signAndExponent++) {
    for (const [high, low] of [
      [0, 0],
      [0, 1],
      [1, 0],
      [0x80000, 0],
      [0xfffff, 0xe0000000],
      [0xfffff, 0xffffffff],
    ] as const) {
      const double = bytesOf((view) => {
        view.setUint32(0, ((signAndExponent << 20) | high) >>> 0);
        view.setUint32(4, low);
      }, 8);
      if (!agree(0xfb, double)) differing.push(`double ${signAndExponent.toString(16)} ${high} ${low}`);
    }
  }
  expect(differing).toEqual([]);
});
