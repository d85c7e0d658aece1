/** What shows that somebody has a share now: a hash of it with a nonce that they did not know before. */
import { hmacSha256 } from "@bc/envelope";

/** Bytes: enough that nobody can have tried all, and no more than a block of SHA-256, which HMAC takes as it is. */
const NONCE_SIZE = { least: 16, most: 64 } as const;

export function isNonce({ length }: Uint8Array): boolean {
  return length >= NONCE_SIZE.least && length <= NONCE_SIZE.most;
}

/**
 * The proof of a share: HMAC-SHA-256 of the data, with the nonce as its key.
 *
 * @param nonce 16 to 64 bytes. @returns 32 bytes.
 * @throws {RangeError} for a nonce of another size.
 */
export function shareProof(nonce: Uint8Array, data: Uint8Array): Uint8Array {
  if (!isNonce(nonce)) throw new RangeError("a nonce has 16 to 64 bytes");
  return hmacSha256(nonce, data);
}
