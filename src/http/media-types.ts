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

/** The format that `Accept` asks for, or else the one that the request came in. */
export function answerFormat(accept: string | undefined, requested: Format): Format {
  const wanted = accept?.toLowerCase() ?? "";
  if (wanted.includes(MEDIA_TYPES.cbor)) return "cbor";
  return wanted.includes("text/plain") ? "ur" : requested;
}
