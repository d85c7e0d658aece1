/** `getShares(receipt …)`: as `retrieveShares`, but receipts that the account does not have are left out. */
import { Expression } from "@bc/envelope";
import type { Operation } from "../operations/operation.ts";
import {
  type RetrievedShare,
  type RetrieveSharesParameters,
  retrieveShares,
} from "../operations/retrieve-shares.ts";

export const getShares: Operation<RetrieveSharesParameters, readonly RetrievedShare[]> = {
  ...retrieveShares,
  encode: (parameters) => new Expression("getShares", retrieveShares.encode(parameters).parameters),
};
