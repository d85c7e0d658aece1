/**
 * `fallbackTransfer(fallback)`, signed by a new key, asks to move the account with this contact to that key.
 *
 * The answer is `'Processing'` until the contact has confirmed, and then `'OK' [ "account": XID ]`: the same
 * request is sent again to ask how the transfer stands. Where the server makes transfers wait, it is
 * `'Processing' [ "effective": date ]` in between.
 */

import type { XID } from "@bc/envelope";
import { Expression } from "@bc/envelope";
import { text } from "../parameters.ts";
import { decodeOkFor, decodeProcessing, encodeOkFor, encodeProcessing, isProcessing } from "../results.ts";
import type { Operation } from "./operation.ts";

export type FallbackTransferParameters = { readonly fallback: string };

export type FallbackTransferResult = {
  /** The account that now belongs to the new key; undefined until then. */
  readonly account: XID | undefined;
  /** From when on the key will have the account: the contact has confirmed, and the server makes transfers wait. */
  readonly effective?: Date | undefined;
};

export const fallbackTransfer: Operation<FallbackTransferParameters, FallbackTransferResult> = {
  encode: ({ fallback }) => new Expression("fallbackTransfer").withParameter("fallback", fallback),
  decode: (reader) => ({ fallback: reader.one("fallback", text) }),
  encodeResult: ({ account, effective }) =>
    account === undefined ? encodeProcessing(effective) : encodeOkFor(account),
  decodeResult: (envelope) => {
    if (!isProcessing(envelope)) return { account: decodeOkFor(envelope) };
    const effective = decodeProcessing(envelope);
    return { account: undefined, ...(effective && { effective }) };
  },
  secret: false,
};
