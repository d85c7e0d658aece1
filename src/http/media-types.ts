/** Which format a request is in, and which its answer takes. */
import type { Format } from "../service/index.ts";

export const MEDIA_TYPES = {
  ur: "text/plain; charset=utf-8",
  cbor: "application/cbor",
} as const satisfies Record<Format, string>;

/** The format of a body with this `Content-Type`. A missing header counts as text. Undefined for other types. */
export function formatOf(contentType: string | undefined): Format | undefined {
  const type = contentType?.split(";")[0]?.trim().toLowerCase() ?? "";
  if (type === "" || type.startsWith("text/")) return "ur";
  return type === MEDIA_TYPES.cbor ? "cbor" : undefined;
}

/** The charset that a `Content-Type` names, if it does. */
export function charsetOf(contentType: string | undefined): string | undefined {
  return /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(contentType ?? "")?.[1];
}

/** The format that `Accept` likes better, or else the one that the request came in. */
export function answerFormat(accept: string | undefined, requested: Format): Format {
  if (accept === undefined) return requested;
  const difference = preference(accept, MEDIA_TYPES.cbor) - preference(accept, "text/plain");
  if (difference === 0) return requested;
  return difference > 0 ? "cbor" : "ur";
}

/** So little that it decides only between types of one quality: that a type is named, and not covered by a range. */
const NAMED = 0.0001;

/** How much `Accept` likes a type, by RFC 9110, 12.5.1: from 0, not at all, to 1, and a little more where it is named. */
export function preference(accept: string, type: string): number {
  const ranges = [type, `${type.split("/")[0]}/*`, "*/*"];
  const items = accept.toLowerCase().split(",").map(readRange);
  for (const range of ranges) {
    const item = items.find(({ name }) => name === range);
    if (item !== undefined) return item.quality === 0 ? 0 : item.quality + (range === type ? NAMED : 0);
  }
  return 0;
}

/** A weight that is no number counts as 1. */
function readRange(item: string): { readonly name: string; readonly quality: number } {
  const [name = "", ...parameters] = item.split(";").map((part) => part.trim());
  const weight = parameters.find((parameter) => /^q\s*=/.test(parameter))?.split("=")[1];
  const quality = weight === undefined ? 1 : Number(weight);
  return { name, quality: quality >= 0 && quality <= 1 ? quality : 1 };
}
