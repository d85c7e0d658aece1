/** `getShares`: as `retrieveShares`, but what the account does not have is left out. */
import type { Handler } from "../handlers/handler.ts";
import { retrieveSharesWith } from "../handlers/retrieve-shares.ts";

export const getShares: Handler<"getShares"> = (context, caller, { receipts }) => {
  return retrieveSharesWith(context, caller, { receipts, lenient: true });
};
