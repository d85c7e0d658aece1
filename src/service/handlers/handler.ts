/** What carries out one operation. */
import type { Envelope } from "@bc/envelope";
import type { OpenedRequest, OperationName, ParametersOf, ResultOf } from "@bc/share-protocol";
import type { Caller } from "../caller.ts";
import type { Context } from "../context.ts";

export type Done<Result> = {
  readonly result: Result;
  /** Whether somebody has asked to move the caller's account to another key. Absent: to be looked up. */
  readonly transferPending?: boolean | undefined;
  /** Sealed to the server itself, for the caller to give back. */
  readonly continuation?: Envelope;
};

/** Calls one store function. @throws {Refusal | StoreError} */
export type Handler<Name extends OperationName> = (
  context: Context,
  caller: Caller,
  parameters: ParametersOf<Name>,
  opened: OpenedRequest,
) => Promise<Done<ResultOf<Name>>>;
