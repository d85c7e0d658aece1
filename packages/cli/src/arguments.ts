/** What users type, read into values. Each function throws commander's `InvalidArgumentError` for anything else. */

import { ARID, Envelope, XID } from "@bc/envelope";
import { Receipt, serverAddress } from "@bc/share-client";
import { MAX_PARTS } from "@bc/share-protocol";
import { InvalidArgumentError } from "commander";
import { hexToBytes } from "#bc/dcbor";
import { findUR } from "./carried-text.ts";

/** At least and at most: cameras follow no more. */
const CODES_PER_SECOND = [1, 30] as const;
/** Audits of one share. */
const AUDITS = [0, 10_000] as const;
/** To wait for an answer. */
const SECONDS = [1, 3_600] as const;
/** Bytes of a message in one QR code; with what a part adds to them, the largest code holds a few more. */
const FRAGMENT = [10, 2_000] as const;

/** For an option that can be given once: otherwise the last of several would count, and nobody would be told. */
export function once<Value>(read: (text: string) => Value): (text: string) => Value {
  let isGiven = false;
  return (text) => {
    if (isGiven) throw new InvalidArgumentError("it is given twice");
    isGiven = true;
    return read(text);
  };
}

/** An `http:` or `https:` address, without a slash at its end. */
export function addressFrom(text: string): string {
  const address = serverAddress(text);
  if (address === undefined) {
    throw new InvalidArgumentError(
      "an address begins with http:// or https://, and has neither a password nor a query",
    );
  }
  return address;
}

export function xidFrom(text: string): XID {
  return read("a XID is 64 hex digits, or ur:xid/…", () => {
    return isHex(text) ? XID.fromData(hexToBytes(text)) : XID.fromURString(urOf(text, "xid"));
  });
}

export function idFrom(text: string): ARID {
  return read("an ID is 64 hex digits, or ur:arid/…", () => {
    return isHex(text) ? ARID.fromData(hexToBytes(text)) : ARID.fromURString(urOf(text, "arid"));
  });
}

export function receiptFrom(text: string): Receipt {
  return read("a receipt is 64 hex digits, the first four or more of them, or ur:envelope/…", () => {
    return isHex(text)
      ? Receipt.fromData(hexToBytes(text))
      : Receipt.fromEnvelope(Envelope.fromURString(urOf(text, "envelope")));
  });
}

/** Spaces, dashes, quotation marks and brackets of all languages, stops, and characters that nobody sees. */
const BESIDE_CODE = /[\s\p{Pd}\u2212\p{Pi}\p{Pf}\p{Ps}\p{Pe}\p{Cf}"'`.,:;!\u3002]/gu;

/** A code of a message, without what was copied beside it. Which letters stand for which, the server knows. */
export function codeFrom(text: string): string {
  const code = text.normalize("NFKC").replaceAll(BESIDE_CODE, "");
  if (!/^[0-9a-z]{8}$/i.test(code)) {
    throw new InvalidArgumentError("a code has eight letters and digits, XXXX-XXXX");
  }
  return code;
}

/** How many audits to prepare of a share. */
export function auditsFrom(text: string): number {
  return number(text, AUDITS, "audits");
}

/** How long to wait. */
export function secondsFrom(text: string): number {
  return number(text, SECONDS, "seconds");
}

export function partsFrom(text: string): number {
  return number(text, [1, MAX_PARTS], "parts");
}

export function fpsFrom(text: string): number {
  return number(text, CODES_PER_SECOND, "codes a second");
}

export function fragmentFrom(text: string): number {
  return number(text, FRAGMENT, "bytes in a code");
}

function number(text: string, [least, most]: readonly [number, number], of: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most) {
    throw new InvalidArgumentError(`from ${least} to ${most} ${of}`);
  }
  return value;
}

/** What is no such UR is left as it is, for its reader to refuse. */
function urOf(text: string, type: string): string {
  return findUR(text, type)?.toString() ?? text;
}

function isHex(text: string): boolean {
  return /^[0-9a-f]{64}$/i.test(text);
}

function read<T>(otherwise: string, reading: () => T): T {
  try {
    return reading();
  } catch {
    throw new InvalidArgumentError(otherwise);
  }
}
