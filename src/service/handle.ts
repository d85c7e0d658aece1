/**
 * The whole path of a request: bytes in, signed answer out.
 *
 * One `try` opens it, reads it, carries it out and seals the result; one `catch` turns whatever went wrong into
 * an answer. The answer is made after the store's commit, and it is made whatever happens.
 */
import type { Envelope } from "#bc/envelope";
import { openMessage, type RequestRules, readRequest, type VerifiedMessage } from "../wire/open.ts";
import { operationNames } from "../wire/operations/index.ts";
import { Refusal, type RefusalCode } from "../wire/refusal.ts";
import { sealEarlyFailure, sealRefusal, sealResult } from "../wire/seal.ts";
import { decodeTransport, encodeTransport, type Format } from "../wire/transport.ts";
import type { Context } from "./context.ts";
import { perform } from "./operations.ts";
import { refusalFor } from "./refusal-for.ts";

export type Answer = {
  readonly body: Uint8Array;
  readonly format: Format;
  /** Whether the sender was verified; what goes wrong after that is between the server and the sender. */
  readonly verified: boolean;
  /** Why the request was refused, if it was. */
  readonly refused: RefusalCode | undefined;
};

/** Carries out the request in `body` and answers it. Never rejects. */
export async function handle(
  context: Context,
  body: Uint8Array,
  formats: { readonly request: Format; readonly answer: Format },
): Promise<Answer> {
  const { identity } = context;
  let message: VerifiedMessage | undefined;
  try {
    const bytes = decodeTransport(body, formats.request);
    message = await openMessage(bytes, identity.privateKeys.encapsulation);
    const request = readRequest(message, rulesOf(context));
    const outcome = await perform(context, request);
    context.wakeDelivery();
    return answer(await sealResult(identity, message, outcome), formats.answer, { message });
  } catch (error) {
    const refusal = refusalFor(error, context.log);
    if (message === undefined) return refuse(context, refusal.code, formats.answer);
    return answer(await sealRefusal(identity, message, refusal), formats.answer, { message, refusal });
  }
}

/** The answer to a request that is refused before anyone looks into it, or that nobody is known to have sent. */
export async function refuse(context: Context, code: RefusalCode, format: Format): Promise<Answer> {
  const refusal = new Refusal(code);
  return answer(await sealEarlyFailure(context.identity, refusal), format, { refusal });
}

function rulesOf({ identity, policy, now }: Context): RequestRules {
  const names = operationNames(policy.depositoryNames);
  const operationNamed = (given: unknown) => names.find((name) => name === given);
  return { ...policy, now: now(), recipient: identity.xid, operationNamed };
}

function answer(
  envelope: Envelope,
  format: Format,
  { message, refusal }: { readonly message?: VerifiedMessage; readonly refusal?: Refusal },
): Answer {
  const body = encodeTransport(envelope, format);
  return { body, format, verified: message !== undefined, refused: refusal?.code };
}
