/** `deleteShares(receipt …)` deletes the named shares, or all. A share that is not there is no error. */
import { Expression } from "@bc/envelope";
import { receipt } from "../parameters.ts";
import type { Receipt } from "../receipt.ts";
import { decodeOk, encodeOk } from "../results.ts";
import type { Operation } from "./operation.ts";

/** No receipt at all means every share of the account. */
export type DeleteSharesParameters = { readonly receipts: readonly Receipt[] };

export const deleteShares: Operation<DeleteSharesParameters, void> = {
  encode: ({ receipts }) => {
    const parameters = receipts.map((item) => ({ name: "receipt", value: item.toEnvelope() }));
    return new Expression("deleteShares", parameters);
  },
  decode: (reader) => ({ receipts: reader.many("receipt", receipt) }),
  encodeResult: encodeOk,
  decodeResult: decodeOk,
  secret: false,
};
