/** The pixels of a screenshot: PNG with 8 bits a channel, RGB or RGBA, as Chromium writes it. */
import { inflateSync } from "node:zlib";

export type Pixels = { readonly width: number; readonly height: number; readonly data: Uint8Array };

const SIGNATURE_SIZE = 8;

export function decodePng(file: Uint8Array): Pixels {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const compressed: Uint8Array[] = [];
  let [width, height, channels] = [0, 0, 0];
  for (let at = SIGNATURE_SIZE; at < file.length; ) {
    const size = view.getUint32(at);
    const type = new TextDecoder().decode(file.subarray(at + 4, at + 8));
    const content = at + 8;
    if (type === "IHDR") {
      [width, height] = [view.getUint32(content), view.getUint32(content + 4)];
      channels = file[content + 9] === 6 ? 4 : 3;
    }
    if (type === "IDAT") compressed.push(file.subarray(content, content + size));
    at = content + size + 4;
  }
  const data = unfilter(inflateSync(Buffer.concat(compressed)), width * channels, height, channels);
  return { width, height, data };
}

/** Each row begins with the number of the filter that it was put through. */
function unfilter(filtered: Uint8Array, rowSize: number, height: number, channels: number): Uint8Array {
  const data = new Uint8Array(rowSize * height);
  for (let y = 0; y < height; y++) {
    const filter = filtered[y * (rowSize + 1)] ?? 0;
    for (let x = 0; x < rowSize; x++) {
      const at = y * rowSize + x;
      const left = x >= channels ? (data[at - channels] ?? 0) : 0;
      const up = y > 0 ? (data[at - rowSize] ?? 0) : 0;
      const corner = x >= channels && y > 0 ? (data[at - rowSize - channels] ?? 0) : 0;
      const predicted = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter] ?? 0;
      data[at] = (filtered[y * (rowSize + 1) + 1 + x] ?? 0) + predicted;
    }
  }
  return data;
}

function paeth(left: number, up: number, corner: number): number {
  const [a, b, c] = [left, up, corner].map((value) => Math.abs(left + up - corner - value));
  if (a === undefined || b === undefined || c === undefined) return 0;
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}
