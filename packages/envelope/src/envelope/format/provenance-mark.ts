/**
 * The ID by which a provenance mark is shown: `1347571542([resolution, message])`.
 *
 * Spec: BCR-2025-001; the ID of 32 bytes is that of `provenance-mark` 0.24, earlier versions show its first four. It is the
 * mark's hash, made up to 32 bytes by the SHA-256 of the mark's CBOR. A message is a key and, encrypted by it,
 *
 *     chain ID ‖ hash ‖ sequence number ‖ date ‖ info
 *
 * What a mark says, and whether it belongs to its chain, is not looked at.
 */
import { chacha20 } from "@noble/ciphers/chacha.js";
import { asArray, asBytes, asUnsigned, bytesToHex, type Cbor } from "#bc/dcbor";
import { concatBytes, Digest, hmacSha256 } from "../../keys/index.ts";

/** By resolution: the bytes of a key, of a chain ID and of a hash, and those of sequence number and date together. */
const RESOLUTIONS = [
  { link: 4, rest: 4 },
  { link: 8, rest: 8 },
  { link: 16, rest: 10 },
  { link: 32, rest: 10 },
];
const ID_SIZE = 32;
const NONCE_SIZE = 12;

/** 64 hex digits. @throws {TypeError} for what is no mark. */
export function provenanceMarkId(tagged: Cbor, content: Cbor): string {
  const [resolution, bytes, ...more] = asArray(content) ?? [];
  const sizes = RESOLUTIONS[Number(resolution && asUnsigned(resolution))];
  const message = bytes && asBytes(bytes);
  if (
    sizes === undefined ||
    message === undefined ||
    more.length > 0 ||
    message.length < 3 * sizes.link + sizes.rest
  )
    throw new TypeError("not a provenance mark");
  const { link } = sizes;
  const key = extended(message.subarray(0, link));
  const payload = chacha20(key, key.toReversed().subarray(0, NONCE_SIZE), message.subarray(link));
  const hash = payload.subarray(link, 2 * link);
  return bytesToHex(concatBytes(hash, Digest.fromImage(tagged.toData()).data).subarray(0, ID_SIZE));
}

/** HKDF-SHA-256 without salt and info, 32 bytes (RFC 5869). */
function extended(key: Uint8Array): Uint8Array {
  return hmacSha256(hmacSha256(new Uint8Array(), key), Uint8Array.of(1));
}
