/**
 * How much a request may ask of whoever reads it, who does not know yet who sent it.
 *
 * The number of items bounds the work better than bytes do. It counts the elements, whose hashes take most of the time, once
 * more. The limits grow with the bytes, so that the cost of a request stays in proportion to its size, and what fits into
 * the largest body stays possible: naming a share by its receipt takes 63 bytes, which count as 18 items, and one assertion.
 */
import type { ReadLimits } from "@bc/envelope";

export type RequestLimits = Pick<ReadLimits, "items" | "assertions">;

/** Of every ten bytes. */
const ITEMS = 3;
const BYTES_AN_ASSERTION = 32;
/** Items that a request may hold however small it is. */
const FREE_ITEMS = 256;

/** Assertions of one node that any server takes. */
const LEAST_ASSERTIONS = 2_048;

/** @param bytes of the request, or of the largest one that the server takes. */
export function requestLimits(bytes: number): RequestLimits {
  return {
    items: FREE_ITEMS + Math.floor((ITEMS * bytes) / 10),
    assertions: Math.max(LEAST_ASSERTIONS, Math.floor(bytes / BYTES_AN_ASSERTION)),
  };
}

/** For bodies of 64 KiB. */
export const REQUEST_LIMITS: RequestLimits = requestLimits(65_536);
