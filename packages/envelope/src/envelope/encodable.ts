/**
 * JavaScript values to CBOR, without surprises.
 *
 * The encoder takes any object that it does not know for a map of its own properties. A `Date`, an `ArrayBuffer` and a
 * promise have none, so they would silently be empty maps. Types refuse them, JavaScript does not; this module does.
 */
import { type Cbor, type CborInput, CborMap, cbor, isCbor } from "#bc/dcbor";
import { EnvelopeError } from "./error.ts";

/** @throws {EnvelopeError} `not-encodable` for what has no CBOR form, at whatever depth. */
export function cborOf(value: CborInput): Cbor {
  if (isCbor(value)) return value;
  expectEncodable(value);
  return cbor(value);
}

function expectEncodable(value: unknown): void {
  if (typeof value === "function" || typeof value === "symbol") throw notEncodable(typeof value);
  if (typeof value !== "object" || value === null || isWhole(value)) return;
  for (const part of partsOf(value)) expectEncodable(part);
}

function partsOf(value: object): Iterable<unknown> {
  if (Array.isArray(value) || value instanceof Set) return value;
  if (value instanceof Map) return [...value.keys(), ...value.values()];
  if (!isPlain(value)) throw notEncodable(value.constructor?.name);
  return Object.values(value);
}

/** What the encoder knows, or what knows how to encode itself. */
function isWhole(value: object): boolean {
  return (
    isCbor(value) ||
    value instanceof Uint8Array ||
    value instanceof CborMap ||
    ("toCbor" in value && typeof value.toCbor === "function")
  );
}

/** `{…}` of this realm or another, whose prototype is not this realm's. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** @param kind of a class or a primitive type; never anything of the value, which may be a secret. */
function notEncodable(kind: string | undefined): EnvelopeError {
  const advice = ADVICE[kind ?? ""] ?? "";
  return new EnvelopeError(
    "not-encodable",
    `a value of the type ${kind ?? "unknown"} has no CBOR form${advice}`,
  );
}

const ADVICE: Readonly<Record<string, string>> = {
  Date: ": use CborDate",
  ArrayBuffer: ": use Uint8Array",
  Promise: ": await it first",
};
