/** `deleteAccount()` deletes shares, fallback and keys. An account that is not there is no error. */
import { Expression } from "@bc/envelope";
import { decodeOk, encodeOk } from "../results.ts";
import type { Operation } from "./operation.ts";

export const deleteAccount: Operation<Readonly<Record<never, never>>, void> = {
  encode: () => new Expression("deleteAccount"),
  decode: () => ({}),
  encodeResult: encodeOk,
  decodeResult: decodeOk,
  secret: false,
};
