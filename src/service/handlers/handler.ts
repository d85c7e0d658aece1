/** What carries out one operation. */
import type { Envelope } from "@bc/envelope";
import type { OpenedRequest, OperationName, ParametersOf, ResultOf } from "@bc/share-protocol";
import type { Caller } from "../caller.ts";
import type { WorkContext } from "../context.ts";
import type { TransferKnowledge } from "../transfer-warning.ts";

export type HandlerResult<Result> = TransferKnowledge & {
  readonly result: Result;
  /** Sealed to the server itself, for the caller to give back. */
  readonly continuation?: Envelope;
  /** Bytes of shares that were read, and that the result does not hold. */
  readonly readBytes?: number;
};

/** Calls one store function. @throws {Refusal | StoreError} */
export type Handler<Name extends OperationName> = (
  context: WorkContext,
  caller: Caller,
  parameters: ParametersOf<Name>,
  opened: OpenedRequest,
) => Promise<HandlerResult<ResultOf<Name>>>;
