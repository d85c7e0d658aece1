/** `verifyFallback(code)` confirms a validation or a transfer with the code that the contact received. */
import { Expression } from "@bc/envelope";
import { text } from "../parameters.ts";
import { decodeOk, encodeOk } from "../results.ts";
import type { Operation } from "./operation.ts";

export type VerifyFallbackParameters = { readonly code: string };

export const verifyFallback: Operation<VerifyFallbackParameters, void> = {
  encode: ({ code }) => new Expression("verifyFallback").withParameter("code", code),
  decode: (reader) => ({ code: reader.one("code", text) }),
  encodeResult: encodeOk,
  decodeResult: decodeOk,
  secret: false,
};
