/**
 * How much a request may ask of whoever reads it, who does not know yet who sent it.
 *
 * Reading an item takes about as long as a hash, so the number of items bounds the work better than bytes do. The limits
 * grow with the largest body that the operator allows, so that what fits into it stays possible: naming a share by its
 * receipt takes 63 bytes, 11 items and one assertion.
 */
import type { ReadLimits } from "@bc/envelope";

export type RequestLimits = Pick<ReadLimits, "items" | "assertions">;

/** For bodies of 64 KiB, and for smaller ones. */
export const REQUEST_LIMITS: RequestLimits = { items: 16_384, assertions: 2_048 };
const BYTES_AN_ITEM = 4;
const BYTES_AN_ASSERTION = 32;
/** Items that a request may hold however small it is. */
const FREE_ITEMS = 1_024;

/** @param maxRequestBytes the largest body, in bytes. */
export function requestLimits(maxRequestBytes: number): RequestLimits {
  return {
    items: Math.max(REQUEST_LIMITS.items, Math.floor(maxRequestBytes / BYTES_AN_ITEM)),
    assertions: Math.max(REQUEST_LIMITS.assertions, Math.floor(maxRequestBytes / BYTES_AN_ASSERTION)),
  };
}

/** The same, so that what a small request costs is in proportion to its bytes. */
export function limitsForSize({ items, assertions }: RequestLimits, bytes: number): RequestLimits {
  return { items: Math.min(items, FREE_ITEMS + Math.floor(bytes / BYTES_AN_ITEM)), assertions };
}
