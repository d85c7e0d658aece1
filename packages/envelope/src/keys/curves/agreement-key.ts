/**
 * The key that two sides of an agreement share: HKDF-SHA-256 (RFC 5869) of the secret, with the salt "agreement" and no
 * info. Written out for this one case, where it is four hashes: the general one takes three times as long on Node.
 */
import { hmacSha256 } from "../hmac.ts";

const SALT = new TextEncoder().encode("agreement");
/** Numbers the blocks of output, of which this is the only one. */
const FIRST_BLOCK = Uint8Array.of(1);

/** @param secret 32 bytes. @returns 32 bytes. */
export function agreementKey(secret: Uint8Array): Uint8Array {
  return hmacSha256(hmacSha256(SALT, secret), FIRST_BLOCK);
}
