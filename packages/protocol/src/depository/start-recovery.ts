/** `startRecovery(recoveryMethod)`: as `fallbackTransfer`; the answer carries a continuation for `finishRecovery`. */
import { Expression } from "@bc/envelope";
import type { Operation } from "../operations/operation.ts";
import { text } from "../parameters.ts";
import { decodeOk, encodeOk } from "../results.ts";

export type StartRecoveryParameters = { readonly recoveryMethod: string };

export const startRecovery: Operation<StartRecoveryParameters, void> = {
  encode: ({ recoveryMethod }) => {
    return new Expression("startRecovery").withParameter("recoveryMethod", recoveryMethod);
  },
  decode: (reader) => ({ recoveryMethod: reader.one("recoveryMethod", text) }),
  encodeResult: encodeOk,
  decodeResult: decodeOk,
  secret: false,
};
