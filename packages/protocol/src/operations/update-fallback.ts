/** `updateFallback(fallback)` sets, replaces or, with null, removes the contact. A new one counts once validated. */
import { Envelope, Expression } from "@bc/envelope";
import { textOrNull } from "../parameters.ts";
import { decodeOk, encodeOk } from "../results.ts";
import type { Operation } from "./operation.ts";

export type UpdateFallbackParameters = { readonly fallback: string | null };

export const updateFallback: Operation<UpdateFallbackParameters, void> = {
  encode: ({ fallback }) =>
    new Expression("updateFallback").withParameter("fallback", Envelope.new(fallback)),
  decode: (reader) => ({ fallback: reader.one("fallback", textOrNull) }),
  encodeResult: encodeOk,
  decodeResult: decodeOk,
  secret: false,
};
