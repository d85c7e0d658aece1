/** Every operation of the server by its name on the wire. */
import { deleteAccount } from "./delete-account.ts";
import { deleteShares } from "./delete-shares.ts";
import { fallbackTransfer } from "./fallback-transfer.ts";
import { retrieveFallback } from "./retrieve-fallback.ts";
import { retrieveShares } from "./retrieve-shares.ts";
import { storeShare } from "./store-share.ts";
import { updateFallback } from "./update-fallback.ts";
import { updatePublicKey } from "./update-public-key.ts";
import { verifyFallback } from "./verify-fallback.ts";

export const OPERATIONS = {
  storeShare,
  retrieveShares,
  deleteShares,
  updateFallback,
  retrieveFallback,
  fallbackTransfer,
  verifyFallback,
  updatePublicKey,
  deleteAccount,
} as const;

export type OperationName = keyof typeof OPERATIONS;

export type ParametersOf<Name extends OperationName> = ReturnType<(typeof OPERATIONS)[Name]["decode"]>;

export type ResultOf<Name extends OperationName> = ReturnType<(typeof OPERATIONS)[Name]["decodeResult"]>;

/** One call: a name with the parameters that belong to it. */
export type Call<Name extends OperationName = OperationName> = {
  readonly [N in Name]: { readonly name: N; readonly parameters: ParametersOf<N> };
}[Name];

export function isOperationName(name: unknown): name is OperationName {
  return typeof name === "string" && Object.hasOwn(OPERATIONS, name);
}
