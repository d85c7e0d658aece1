/**
 * How much a request may ask of whoever reads it, who does not know yet who sent it.
 *
 * Reading an item takes about as long as a hash, so the number of items bounds the work better than bytes do. The limits
 * grow with the bytes, so that the cost of a request stays in proportion to its size, and what fits into the largest body
 * stays possible: naming a share by its receipt takes 63 bytes, 11 items and one assertion.
 */
import type { ReadLimits } from "@bc/envelope";

export type RequestLimits = Pick<ReadLimits, "items" | "assertions">;

const BYTES_AN_ITEM = 5;
const BYTES_AN_ASSERTION = 32;
/** Items that a request may hold however small it is. */
const FREE_ITEMS = 256;

/** Assertions of one node that any server takes. */
const LEAST_ASSERTIONS = 2_048;

/** @param bytes of the request, or of the largest one that the server takes. */
export function requestLimits(bytes: number): RequestLimits {
  return {
    items: FREE_ITEMS + Math.floor(bytes / BYTES_AN_ITEM),
    assertions: Math.max(LEAST_ASSERTIONS, Math.floor(bytes / BYTES_AN_ASSERTION)),
  };
}

/** For bodies of 64 KiB. */
export const REQUEST_LIMITS: RequestLimits = requestLimits(65_536);
