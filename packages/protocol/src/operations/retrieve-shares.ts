/** `retrieveShares(receipt …)` gives the named shares, or all: `'OK' [ Receipt: bytes … ]`. */
import { Expression } from "@bc/envelope";
import { receipt } from "../parameters.ts";
import type { Receipt } from "../receipt.ts";
import { type ByReceipt, decodeOkByReceipt, encodeLargeOkByReceipt, encodeOkByReceipt } from "../results.ts";
import type { Operation } from "./operation.ts";

/** No receipt at all means every share of the account. */
export type RetrieveSharesParameters = { readonly receipts: readonly Receipt[] };

export type RetrievedShare = { readonly receipt: Receipt; readonly data: Uint8Array };

export const retrieveShares: Operation<RetrieveSharesParameters, readonly RetrievedShare[]> = {
  encode: ({ receipts }) => {
    const parameters = receipts.map((item) => ({ name: "receipt", value: item.toEnvelope() }));
    return new Expression("retrieveShares", parameters);
  },
  decode: (reader) => ({ receipts: reader.many("receipt", receipt) }),
  encodeResult: (shares) => encodeOkByReceipt(shares.map(byReceipt)),
  encodeLargeResult: (shares, pause) => encodeLargeOkByReceipt(shares.map(byReceipt), pause),
  decodeResult: (envelope) => {
    return decodeOkByReceipt(envelope).map(([receipt, data]) => ({ receipt, data }));
  },
  secret: true,
};

function byReceipt({ receipt, data }: RetrievedShare): ByReceipt {
  return [receipt, data];
}
