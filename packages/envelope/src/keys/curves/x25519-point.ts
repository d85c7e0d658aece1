import { hexToBytes } from "#bc/dcbor";
import { equalBytes } from "../bytes.ts";

/** Every little-endian u below 2²⁵⁵ whose point has an order that divides 8, on the curve or on its twist. */
const SMALL_ORDER = [
  "0000000000000000000000000000000000000000000000000000000000000000", // 0
  "0100000000000000000000000000000000000000000000000000000000000000", // 1
  "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800", // of order 8
  "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157", // of order 8
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", // p − 1
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", // p, read as 0
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", // p + 1, read as 1
].map(hexToBytes);

/** Whether X25519 with this public key (32 bytes) gives all zeros, whatever the private key. */
export function isSmallOrderX25519(publicKey: Uint8Array): boolean {
  const u = publicKey.slice();
  u[31] = (u[31] ?? 0) & 0x7f; // RFC 7748 ignores the top bit
  return SMALL_ORDER.some((point) => equalBytes(u, point));
}
