/**
 * The content of a compressed envelope, tag 40003: `[crc32, size, data, digest]`.
 *
 * Spec: BCR-2023-001. `data` is raw DEFLATE (no zlib header) of the tagged envelope's bytes; where that
 * would not be smaller, `data` is those bytes themselves and its length equals `size`.
 *
 * Trap: the sender states the size, so inflating stops at it: a small message cannot become a large one.
 */

import { crc32 } from "#bc/crypto";
import { type Cbor, cbor, taggedValue } from "#bc/dcbor";
import { TAG_COMPRESSED } from "#bc/tags";
import type { Digest } from "../keys/index.ts";
import { EnvelopeError } from "./error.ts";

export type Compressed = {
  /** CRC-32 (IEEE) of the uncompressed bytes. */
  readonly checksum: number;
  /** Length of the uncompressed bytes. */
  readonly size: number;
  readonly data: Uint8Array;
  readonly digest: Digest;
};

/** Compresses `bytes`, whose envelope has the given digest. */
export async function deflate(bytes: Uint8Array, digest: Digest): Promise<Compressed> {
  const stream = new Blob([bytes.slice()]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const deflated = new Uint8Array(await new Response(stream).arrayBuffer());
  const data = deflated.length < bytes.length ? deflated : bytes;
  return { checksum: crc32(bytes), size: bytes.length, data, digest };
}

/**
 * The uncompressed bytes.
 *
 * @param maxSize largest size in bytes to accept.
 * @throws {EnvelopeError} `malformed` when the size is over `maxSize` or wrong, or the checksum differs.
 */
export async function inflate(compressed: Compressed, maxSize: number): Promise<Uint8Array> {
  if (compressed.size > maxSize) throw new EnvelopeError("malformed", "compressed content is too large");
  if (compressed.data.length === compressed.size) return compressed.data;
  const stream = new Blob([compressed.data.slice()])
    .stream()
    .pipeThrough(new DecompressionStream("deflate-raw"));
  const bytes = await readExactly(stream, compressed.size);
  if (crc32(bytes) !== compressed.checksum) {
    throw new EnvelopeError("malformed", "compressed content has a wrong checksum");
  }
  return bytes;
}

async function readExactly(stream: ReadableStream<Uint8Array>, size: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  let length = 0;
  try {
    for await (const chunk of stream) {
      if (length + chunk.length > size) throw new RangeError("longer than stated");
      bytes.set(chunk, length);
      length += chunk.length;
    }
  } catch (cause) {
    throw new EnvelopeError("malformed", "compressed content cannot be inflated", { cause });
  }
  if (length !== size) throw new EnvelopeError("malformed", "compressed content is shorter than stated");
  return bytes;
}

export function compressedToCbor({ checksum, size, data, digest }: Compressed): Cbor {
  return taggedValue(TAG_COMPRESSED, cbor([checksum, size, data, digest.toCbor()]));
}
