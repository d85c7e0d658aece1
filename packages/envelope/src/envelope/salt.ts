/**
 * Salt: random bytes that keep a digest from being guessed.
 *
 * Spec: BCR-2023-017. For content of n bytes: between max(8, 5 % of n) and max(that + 8, 25 % of n) bytes.
 */
import { type Cbor, taggedValue } from "#bc/dcbor";
import { TAG_SALT } from "#bc/tags";

/** `40018(bytes)`, of a random size in proportion to `size` bytes of content. */
export function makeSalt(size: number): Cbor {
  const min = Math.max(8, Math.ceil(size * 0.05));
  const max = Math.max(min + 8, Math.ceil(size * 0.25));
  const [random = 0] = crypto.getRandomValues(new Uint32Array(1));
  return taggedValue(TAG_SALT, crypto.getRandomValues(new Uint8Array(min + (random % (max - min + 1)))));
}
