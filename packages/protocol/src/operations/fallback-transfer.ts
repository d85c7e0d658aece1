/**
 * `fallbackTransfer(fallback)`, signed by a new key, asks to move the account with this contact to that key.
 *
 * The answer is `'Processing'` until the contact has confirmed, and then `'OK' [ "account": XID ]`: the same
 * request is sent again to ask how the transfer stands.
 */

import type { XID } from "@bc/envelope";
import { Expression } from "@bc/envelope";
import { text } from "../parameters.ts";
import { decodeOkFor, encodeOkFor, encodeProcessing, isProcessing } from "../results.ts";
import type { Operation } from "./operation.ts";

export type FallbackTransferParameters = { readonly fallback: string };

/** The account that now belongs to the new key; undefined while the contact has not confirmed. */
export type FallbackTransferResult = { readonly account: XID | undefined };

export const fallbackTransfer: Operation<FallbackTransferParameters, FallbackTransferResult> = {
  encode: ({ fallback }) => new Expression("fallbackTransfer").withParameter("fallback", fallback),
  decode: (reader) => ({ fallback: reader.one("fallback", text) }),
  encodeResult: ({ account }) => (account === undefined ? encodeProcessing() : encodeOkFor(account)),
  decodeResult: (envelope) => ({ account: isProcessing(envelope) ? undefined : decodeOkFor(envelope) }),
  secret: false,
};
