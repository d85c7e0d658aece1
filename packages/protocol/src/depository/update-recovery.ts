/** `updateRecovery(recoveryMethod)`: as `updateFallback`. */
import { Envelope, Expression } from "@bc/envelope";
import type { Operation } from "../operations/operation.ts";
import { textOrNull } from "../parameters.ts";
import { decodeOk, encodeOk } from "../results.ts";

export type UpdateRecoveryParameters = { readonly recoveryMethod: string | null };

export const updateRecovery: Operation<UpdateRecoveryParameters, void> = {
  encode: ({ recoveryMethod }) => {
    return new Expression("updateRecovery").withParameter("recoveryMethod", Envelope.new(recoveryMethod));
  },
  decode: (reader) => ({ recoveryMethod: reader.one("recoveryMethod", textOrNull) }),
  encodeResult: encodeOk,
  decodeResult: decodeOk,
  secret: false,
};
