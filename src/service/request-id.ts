/**
 * The name of one request: in the log's lines about it, in the header `X-Request-Id` of its answer, and in the text of an
 * internal error, so that whoever reports one and whoever reads the log mean the same.
 */
import { randomBytes } from "@bc/envelope";
import { bytesToHex } from "#bc/dcbor";

/** Bytes. */
const SIZE = 8;

/** 16 hex digits, at random: it tells nothing of the request. */
export function newRequestId(): string {
  return bytesToHex(randomBytes(SIZE));
}
