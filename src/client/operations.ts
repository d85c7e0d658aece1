/** The operations, typed so that a name picks the parameters and the result that belong to it. */
import { type NativeName, OPERATIONS, type ParametersOf, type ResultOf } from "../wire/operations/index.ts";
import type { Operation } from "../wire/operations/operation.ts";

type OperationTable = { readonly [Name in NativeName]: Operation<ParametersOf<Name>, ResultOf<Name>> };

export const operations: OperationTable = OPERATIONS;
