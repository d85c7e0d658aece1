/** Every operation of the server by its name on the wire. */
import type { Operation } from "./operation.ts";
import { retrieveShares } from "./retrieve-shares.ts";
import { storeShare } from "./store-share.ts";

export const OPERATIONS = { storeShare, retrieveShares } as const;

export type OperationName = keyof typeof OPERATIONS;

export type ParametersOf<Name extends OperationName> =
  (typeof OPERATIONS)[Name] extends Operation<infer Parameters, never> ? Parameters : never;

export type ResultOf<Name extends OperationName> =
  (typeof OPERATIONS)[Name] extends Operation<never, infer Result> ? Result : never;

/** One call: a name with the parameters that belong to it. */
export type Call<Name extends OperationName = OperationName> = {
  readonly [N in Name]: { readonly name: N; readonly parameters: ParametersOf<N> };
}[Name];

export function isOperationName(name: unknown): name is OperationName {
  return typeof name === "string" && Object.hasOwn(OPERATIONS, name);
}
