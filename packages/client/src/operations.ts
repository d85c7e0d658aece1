/** The operations, typed so that a name picks the parameters and the result that belong to it. */

import type { Operation } from "@bc/share-protocol";
import { type NativeName, OPERATIONS, type ParametersOf, type ResultOf } from "@bc/share-protocol";

type OperationTable = { readonly [Name in NativeName]: Operation<ParametersOf<Name>, ResultOf<Name>> };

export const operations: OperationTable = OPERATIONS;
