/**
 * The key that two sides of an agreement share: HKDF-SHA-256 (RFC 5869) of the secret, with the salt "agreement" and no
 * info. Written out for this one case, where it is four hashes: the general one takes three times as long on Node.
 */
import { sha256 } from "#sha256";
import { concatBytes } from "../bytes.ts";

const BLOCK_SIZE = 64;
const SALT = new TextEncoder().encode("agreement");
/** Numbers the blocks of output, of which this is the only one. */
const FIRST_BLOCK = Uint8Array.of(1);

/** @param secret 32 bytes. @returns 32 bytes. */
export function agreementKey(secret: Uint8Array): Uint8Array {
  return hmac(hmac(SALT, secret), FIRST_BLOCK);
}

/** HMAC-SHA-256 (RFC 2104), of a key no longer than a block. */
function hmac(key: Uint8Array, message: Uint8Array): Uint8Array {
  const inner = sha256(concatBytes(padded(key, 0x36), message));
  return sha256(concatBytes(padded(key, 0x5c), inner));
}

function padded(key: Uint8Array, pad: number): Uint8Array {
  const block = new Uint8Array(BLOCK_SIZE).fill(pad);
  for (let i = 0; i < key.length; i++) block[i] = (key[i] ?? 0) ^ pad;
  return block;
}
