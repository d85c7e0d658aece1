/**
 * PNG pictures: reads every kind that the standard knows, writes QR codes.
 *
 * Spec: Portable Network Graphics, 3rd edition (W3C). A file is a signature and chunks; the IDAT chunks together are
 * one zlib stream of rows, each behind the number of the filter that predicted its bytes from those around it. An
 * interlaced picture is seven smaller ones, one after the other.
 *
 * Traps: pictures may come from strangers. The size that a file claims bounds what is unpacked, and is itself bounded.
 * Checksums are not compared: QR codes correct errors, and messages are signed.
 */
import { crc32, deflateSync, inflateSync } from "node:zlib";
import type { Picture } from "@bc/share-client";

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
/** The pixels of the largest telephone cameras. */
const MAX_PIXELS = 64_000_000;
/** Length, type and checksum of a chunk. */
const CHUNK_OVERHEAD = 12;

/** Samples of a pixel for each colour type; type 3 is an index into the palette. */
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const DEPTHS = [1, 2, 4, 8, 16];

/** Where the pixels of a pass lie: the first one, and how far the next ones are, across and down. */
type Pass = readonly [x: number, y: number, dx: number, dy: number];
const WHOLE: readonly Pass[] = [[0, 0, 1, 1]];
const ADAM7: readonly Pass[] = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
];

type Header = {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly colour: number;
  readonly channels: number;
  readonly passes: readonly Pass[];
};

/** Of a palette, three bytes for each colour, and the opacity of the first ones. Else the one colour that is transparent. */
type Colours = { readonly palette: Uint8Array; readonly transparent: Uint8Array };

export function isPng(file: Uint8Array): boolean {
  return SIGNATURE.every((byte, i) => file[i] === byte);
}

/** @throws {RangeError} for a file that is cut off, damaged, too large, or no PNG. */
export function decodePng(file: Uint8Array): Picture {
  if (!isPng(file)) throw new RangeError("no PNG");
  const chunks = chunksOf(file);
  const header = readHeader(chunks.find(({ type }) => type === "IHDR")?.content ?? new Uint8Array());
  const colours: Colours = {
    palette: chunks.find(({ type }) => type === "PLTE")?.content ?? new Uint8Array(),
    transparent: chunks.find(({ type }) => type === "tRNS")?.content ?? new Uint8Array(),
  };
  const compressed = chunks.filter(({ type }) => type === "IDAT").map(({ content }) => content);
  const rows = unpack(Buffer.concat(compressed), sizeOfRows(header));
  const data = new Uint8Array(header.width * header.height * 4).fill(255);
  let at = 0;
  for (const pass of header.passes) {
    const { width, height, rowSize } = passSize(header, pass);
    const size = width === 0 ? 0 : height * (rowSize + 1);
    const samples = unfilter(rows.subarray(at, at + size), rowSize, bytesBehind(header));
    paint(data, samples, header, pass, colours);
    at += size;
  }
  return { width: header.width, height: header.height, data };
}

/** A black-and-white picture of rows of modules, true for dark. @param scale pixels a side for each module. */
export function encodePng(modules: readonly (readonly boolean[])[], scale: number): Uint8Array {
  const [width, height] = [(modules[0]?.length ?? 0) * scale, modules.length * scale];
  const header = new DataView(new ArrayBuffer(13));
  header.setUint32(0, width);
  header.setUint32(4, height);
  // One bit a pixel, grey: 0 is black. Compression, filters and interlacing have nothing to choose.
  header.setUint8(8, 1);
  const rows = modules.flatMap((row) => {
    const bytes = new Uint8Array(1 + Math.ceil(width / 8));
    for (let x = 0; x < width; x++) {
      const at = 1 + (x >> 3);
      if (!row[Math.floor(x / scale)]) bytes[at] = (bytes[at] ?? 0) | (0x80 >> (x & 7));
    }
    return Array<Uint8Array>(scale).fill(bytes);
  });
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", new Uint8Array(header.buffer)),
    chunk("IDAT", deflateSync(Buffer.concat(rows))),
    chunk("IEND", new Uint8Array()),
  ]);
}

function chunk(type: string, content: Uint8Array): Uint8Array {
  const bytes = Buffer.concat([Buffer.alloc(4), Buffer.from(type), content, Buffer.alloc(4)]);
  bytes.writeUInt32BE(content.length);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, -4)), bytes.length - 4);
  return bytes;
}

function chunksOf(file: Uint8Array): readonly { readonly type: string; readonly content: Uint8Array }[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const chunks = [];
  for (let at = SIGNATURE.length; at < file.length; ) {
    const size = view.getUint32(at);
    const type = Buffer.from(file.subarray(at + 4, at + 8)).toString("latin1");
    const end = at + CHUNK_OVERHEAD + size;
    if (end > file.length) throw new RangeError("cut off");
    chunks.push({ type, content: file.subarray(at + 8, end - 4) });
    if (type === "IEND") return chunks;
    at = end;
  }
  throw new RangeError("cut off");
}

function readHeader(content: Uint8Array): Header {
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const [width, height, depth, colour] = [
    view.getUint32(0),
    view.getUint32(4),
    view.getUint8(8),
    view.getUint8(9),
  ];
  const channels = CHANNELS[colour];
  if (
    channels === undefined ||
    !DEPTHS.includes(depth) ||
    (depth < 8 && channels > 1) ||
    (depth > 8 && colour === 3)
  ) {
    throw new RangeError("unknown kind of PNG");
  }
  if (width * height > MAX_PIXELS) throw new RangeError("too large");
  return { width, height, depth, colour, channels, passes: view.getUint8(12) === 1 ? ADAM7 : WHOLE };
}

function passSize({ width, height, depth, channels }: Header, [x, y, dx, dy]: Pass) {
  const columns = Math.max(0, Math.ceil((width - x) / dx));
  const lines = Math.max(0, Math.ceil((height - y) / dy));
  return { width: columns, height: lines, rowSize: Math.ceil((columns * depth * channels) / 8) };
}

/** Bytes of all rows of all passes, with their filter numbers. */
function sizeOfRows(header: Header): number {
  return header.passes
    .map((pass) => passSize(header, pass))
    .reduce((sum, { width, height, rowSize }) => sum + (width === 0 ? 0 : height * (rowSize + 1)), 0);
}

function unpack(compressed: Uint8Array, size: number): Uint8Array {
  try {
    const rows = inflateSync(compressed, { maxOutputLength: size });
    if (rows.length === size) return rows;
  } catch (cause) {
    throw new RangeError("damaged", { cause });
  }
  throw new RangeError("cut off");
}

/** How many bytes back a filter finds the pixel before: at least one. */
function bytesBehind({ depth, channels }: Header): number {
  return Math.max(1, (depth * channels) >> 3);
}

function unfilter(rows: Uint8Array, rowSize: number, behind: number): Uint8Array {
  const height = rows.length / (rowSize + 1);
  const data = new Uint8Array(rowSize * height);
  for (let y = 0; y < height; y++) {
    const from = y * (rowSize + 1);
    const filter = rows[from];
    const to = y * rowSize;
    for (let x = 0; x < rowSize; x++) {
      const left = x >= behind ? (data[to + x - behind] ?? 0) : 0;
      const up = y > 0 ? (data[to + x - rowSize] ?? 0) : 0;
      let predicted = 0;
      if (filter === 1) predicted = left;
      else if (filter === 2) predicted = up;
      else if (filter === 3) predicted = (left + up) >> 1;
      else if (filter === 4) {
        const corner = x >= behind && y > 0 ? (data[to + x - rowSize - behind] ?? 0) : 0;
        predicted = paeth(left, up, corner);
      }
      data[to + x] = (rows[from + 1 + x] ?? 0) + predicted;
    }
  }
  return data;
}

function paeth(left: number, up: number, corner: number): number {
  const estimate = left + up - corner;
  const [a, b, c] = [Math.abs(estimate - left), Math.abs(estimate - up), Math.abs(estimate - corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}

/** Puts the pixels of a pass in their places. */
function paint(
  data: Uint8Array,
  samples: Uint8Array,
  header: Header,
  [x0, y0, dx, dy]: Pass,
  { palette, transparent }: Colours,
): void {
  const { width, height, depth, colour, channels } = header;
  const { rowSize } = passSize(header, [x0, y0, dx, dy]);
  /** A sample as it is written. */
  const written = (row: number, i: number) => {
    const at = row + ((i * depth) >> 3);
    const byte = samples[at] ?? 0;
    if (depth === 16) return (byte << 8) | (samples[at + 1] ?? 0);
    return (byte >> (8 - depth - ((i * depth) & 7))) & (2 ** depth - 1);
  };
  /** A sample as a byte: of 16 bits the first eight, fewer than eight spread over all. An index stays as it is. */
  const sample = (row: number, i: number) => {
    const value = written(row, i);
    if (colour === 3) return value;
    return depth === 16 ? value >> 8 : (value * 255) / (2 ** depth - 1);
  };
  const opacity = (row: number, i: number) => {
    if (colour >= 4) return sample(row, i + channels - 1);
    if (colour === 3) return transparent[written(row, i)] ?? 255;
    return isTransparent(row, i) ? 0 : 255;
  };
  /** The transparent colour has two bytes for each sample, whatever the depth. */
  const isTransparent = (row: number, i: number) => {
    if (transparent.length !== 2 * channels) return false;
    for (let c = 0; c < channels; c++) {
      const [high = 0, low = 0] = transparent.subarray(2 * c);
      if (written(row, i + c) !== high * 256 + low) return false;
    }
    return true;
  };
  for (let y = y0, row = 0; y < height; y += dy, row += rowSize) {
    for (let x = x0, i = 0; x < width; x += dx, i += channels) {
      const first = sample(row, i);
      const at = (y * width + x) * 4;
      for (let c = 0; c < 3; c++) {
        let value = first;
        if (colour === 3) value = palette[first * 3 + c] ?? 0;
        else if (channels >= 3) value = sample(row, i + c);
        data[at + c] = value;
      }
      data[at + 3] = opacity(row, i);
    }
  }
}
