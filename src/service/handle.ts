/**
 * The whole path of a request: bytes in, signed answer out.
 *
 * One `try` opens it, reads it, carries it out and signs the result; one `catch` turns whatever went wrong into
 * an answer. The answer is made after the store's commit, and it is made whatever happens.
 */
import type { Envelope } from "@bc/envelope";
import {
  decodeTransport,
  encodeLargeTransport,
  type Format,
  type OpenedRequest,
  type OperationName,
  openRequest,
  operationNames,
  type Refusal,
  type RefusalCode,
  type RequestRules,
  readRequest,
  signRefusal,
  signResult,
} from "@bc/share-protocol";
import type { Context } from "./context.ts";
import { asDepositoryError } from "./depository/depository-error.ts";
import { earlyFailure } from "./early-failure.ts";
import { mayNotify, perform } from "./operations.ts";
import { refusalForError } from "./refusals.ts";
import { requestLog } from "./request-log.ts";
import { speakersOf } from "./speakers.ts";
import { transferWarning } from "./transfer-warning.ts";

export type Answer = {
  readonly body: Uint8Array;
  readonly format: Format;
  /** Whether the sender was verified; what goes wrong after that is between the server and the sender. */
  readonly verified: boolean;
  /** What was asked, as far as it was understood. */
  readonly operation: OperationName | undefined;
  /** Why the request was refused, if it was. */
  readonly refused: RefusalCode | undefined;
  /** When the reason for the refusal is over, where that is known. */
  readonly retryAfter: Date | undefined;
  /** Bytes of shares that were read for it, and that it does not hold. */
  readonly readBytes: number;
};

export type HandleOptions = {
  /** What the log, and the text of an internal error, call the request. Absent: nothing. */
  readonly requestId?: string | undefined;
  readonly request: Format;
  /** Of a request as text, as far as its sender told. */
  readonly charset?: string | undefined;
  /** The form that the answer shall have. */
  readonly answer: Format;
  /** The network that the request came from, if the server counts by networks. */
  readonly network?: string | undefined;
  /** Those that it is part of, the narrowest first. */
  readonly widerNetworks?: readonly string[] | undefined;
  /**
   * Called before the server reads many shares: so many that are named, or, with 0, all.
   *
   * @throws {Refusal} `rate-limited` when it may not, for now.
   */
  readonly beforeLargeRead?: ((named: number) => Promise<void>) | undefined;
};

/** Carries out the request in `body` and answers it. Never rejects. */
export async function handle(
  server: Context,
  body: Uint8Array,
  {
    requestId,
    request: format,
    charset,
    answer: wanted,
    network,
    widerNetworks,
    beforeLargeRead,
  }: HandleOptions,
): Promise<Answer> {
  const context = requestId === undefined ? server : { ...server, log: requestLog(server.log, requestId) };
  const { policy } = context;
  const speakers = speakersOf(context);
  let identity = context.identity;
  let opened: OpenedRequest | undefined;
  let operation: OperationName | undefined;
  try {
    const bytes = decodeTransport(body, format, charset);
    const keys = speakers.map(({ privateKeys }) => privateKeys.encapsulation);
    opened = await openRequest(bytes, keys, policy.requestLimits);
    // Who sealed it to old keys may know no others to check the answer by.
    const { unsealedBy } = opened;
    identity = speakers.find(({ privateKeys }) => privateKeys.encapsulation === unsealedBy) ?? identity;
    const request = readRequest(opened, rulesOf(context));
    operation = request.call.name;
    const performed = await perform(context, request, { network, widerNetworks, beforeLargeRead });
    const note = await transferWarning(context, opened, performed);
    if (mayNotify(operation)) context.wakeDelivery();
    const signed = await signResult(identity, opened, performed, note);
    return await answer(context, signed, wanted, { opened, operation, readBytes: performed.readBytes });
  } catch (error) {
    const refusal = refusalForError(error, context.log, requestId);
    if (opened === undefined) return refuse(context, refusal, wanted);
    const told = policy.depositoryNames ? asDepositoryError(opened, refusal) : refusal;
    const note = await transferWarning(context, opened, refusal);
    const signed = await signRefusal(identity, opened, told, note);
    return answer(context, signed, wanted, { opened, operation, refusal });
  }
}

/** An early failure: nobody has looked into the request, or its sender could not be verified. */
export async function refuse(context: Context, refusal: Refusal, format: Format): Promise<Answer> {
  return answer(context, await earlyFailure(context.identity, refusal), format, { refusal });
}

function rulesOf({ identity, policy, now }: Context): RequestRules {
  const names = operationNames(policy.depositoryNames);
  const operationNamed = (given: unknown) => names.find((name) => name === given);
  return { ...policy, now: now(), recipient: identity.xid, operationNamed };
}

async function answer(
  { pause }: Context,
  envelope: Envelope,
  format: Format,
  what: {
    readonly opened?: OpenedRequest;
    readonly operation?: OperationName | undefined;
    readonly refusal?: Refusal;
    readonly readBytes?: number | undefined;
  },
): Promise<Answer> {
  const body = await encodeLargeTransport(envelope, format, pause);
  const { opened, operation, refusal, readBytes = 0 } = what;
  return {
    body,
    format,
    verified: opened !== undefined,
    operation,
    refused: refusal?.code,
    retryAfter: refusal?.retryAfter,
    readBytes,
  };
}
