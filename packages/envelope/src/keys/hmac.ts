import { sha256 } from "#sha256";
import { concatBytes } from "./bytes.ts";

const BLOCK_SIZE = 64;

/**
 * HMAC-SHA-256 (RFC 2104). Written out for short keys, where it is two hashes: the general one takes three times as long
 * on Node.
 *
 * @param key at most 64 bytes, one block of SHA-256. @returns 32 bytes.
 * @throws {RangeError} for a longer key.
 */
export function hmacSha256(key: Uint8Array, message: Uint8Array): Uint8Array {
  if (key.length > BLOCK_SIZE) throw new RangeError(`the key must have at most ${BLOCK_SIZE} bytes`);
  const inner = sha256(concatBytes(padded(key, 0x36), message));
  return sha256(concatBytes(padded(key, 0x5c), inner));
}

function padded(key: Uint8Array, pad: number): Uint8Array {
  const block = new Uint8Array(BLOCK_SIZE).fill(pad);
  for (let i = 0; i < key.length; i++) block[i] = (key[i] ?? 0) ^ pad;
  return block;
}
