/** `finishRecovery()`: ends what `startRecovery` began; its continuation says which. */
import { Expression } from "@bc/envelope";
import type { Operation } from "../operations/operation.ts";
import { decodeOk, encodeOk } from "../results.ts";

export const finishRecovery: Operation<Readonly<Record<never, never>>, void> = {
  encode: () => new Expression("finishRecovery"),
  decode: () => ({}),
  encodeResult: encodeOk,
  decodeResult: decodeOk,
  secret: false,
};
