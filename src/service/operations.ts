/** Which handler carries out which operation. */
import type { VerifiedRequest } from "../wire/open.ts";
import {
  type Call,
  isDepositoryName,
  OPERATIONS,
  type OperationName,
  type ParametersOf,
  type ResultOf,
} from "../wire/operations/index.ts";
import type { Operation } from "../wire/operations/operation.ts";
import { Refusal } from "../wire/refusal.ts";
import type { Outcome } from "../wire/seal.ts";
import { callerOf } from "./caller.ts";
import type { Context } from "./context.ts";
import * as depository from "./depository/handlers.ts";
import { deleteAccount } from "./handlers/delete-account.ts";
import { deleteShares } from "./handlers/delete-shares.ts";
import { fallbackTransfer } from "./handlers/fallback-transfer.ts";
import type { Handler } from "./handlers/handler.ts";
import { retrieveFallback } from "./handlers/retrieve-fallback.ts";
import { retrieveShares } from "./handlers/retrieve-shares.ts";
import { storeShare } from "./handlers/store-share.ts";
import { updateFallback } from "./handlers/update-fallback.ts";
import { updatePublicKey } from "./handlers/update-public-key.ts";
import { verifyFallback } from "./handlers/verify-fallback.ts";
import { noteFor } from "./refused.ts";

const HANDLERS: { readonly [Name in OperationName]: Handler<Name> } = {
  storeShare,
  retrieveShares,
  deleteShares,
  updateFallback,
  retrieveFallback,
  fallbackTransfer,
  verifyFallback,
  updatePublicKey,
  deleteAccount,
  ...depository,
};

/** The codecs, typed by name so that a result can only go to its own. */
const CODECS: { readonly [Name in OperationName]: Operation<ParametersOf<Name>, ResultOf<Name>> } =
  OPERATIONS;

/** Carries out a verified request. @throws {Refusal | StoreError} */
export async function perform(context: Context, request: VerifiedRequest): Promise<Outcome> {
  try {
    return await performCall(context, request, request.call);
  } catch (error) {
    throw error instanceof Refusal ? inWordsOf(request, error) : error;
  }
}

/** Under the depository's names errors are told as it tells them: `<last of the ID>: «function» text`. */
function inWordsOf({ message, call }: VerifiedRequest, refusal: Refusal): Refusal {
  if (!isDepositoryName(call.name)) return refusal;
  const { code, note } = refusal;
  const text = `<${message.id.urString().slice(-8)}>: «${call.name}» ${refusal.message}`;
  return new Refusal(code, text, { cause: refusal, note });
}

async function performCall<Name extends OperationName>(
  context: Context,
  request: VerifiedRequest,
  { name, parameters }: Call<Name>,
): Promise<Outcome> {
  const caller = callerOf(request, context.now());
  const done = await HANDLERS[name](context, caller, parameters, request.message);
  const { encodeResult, secret } = CODECS[name];
  const { continuation } = done;
  return { result: encodeResult(done.result), secret, note: noteFor(done), continuation };
}
