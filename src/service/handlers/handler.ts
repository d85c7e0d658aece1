/** What carries out one operation. */
import type { RequestIdentity } from "../../store/types.ts";
import type { OperationName, ParametersOf, ResultOf } from "../../wire/operations/index.ts";
import type { Context } from "../context.ts";

export type Done<Result> = {
  readonly result: Result;
  /** Whether somebody has asked to move the caller's account to another key. */
  readonly transferPending: boolean;
};

/** Calls one store function. @throws {Refusal | StoreError} */
export type Handler<Name extends OperationName> = (
  context: Context,
  caller: RequestIdentity,
  parameters: ParametersOf<Name>,
) => Promise<Done<ResultOf<Name>>>;
