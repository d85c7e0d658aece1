/** Which handler carries out which operation. */
import type { Operation, ParsedRequest, ResultToSign } from "@bc/share-protocol";
import {
  type Call,
  OPERATIONS,
  type OperationName,
  type ParametersOf,
  type ResultOf,
} from "@bc/share-protocol";
import { type NewcomerLimit, networkHmac } from "../store/types.ts";
import { callerOf, type Source } from "./caller.ts";
import type { Context, WorkContext } from "./context.ts";
import { finishRecovery } from "./depository/finish-recovery.ts";
import { getRecovery } from "./depository/get-recovery.ts";
import { getShares } from "./depository/get-shares.ts";
import { startRecovery } from "./depository/start-recovery.ts";
import { updateRecovery } from "./depository/update-recovery.ts";
import { updateXIDDocument } from "./depository/update-xid-document.ts";
import { auditShares } from "./handlers/audit-shares.ts";
import { deleteAccount } from "./handlers/delete-account.ts";
import { deleteShares } from "./handlers/delete-shares.ts";
import { fallbackTransfer } from "./handlers/fallback-transfer.ts";
import type { Handler, HandlerResult } from "./handlers/handler.ts";
import { retrieveFallback } from "./handlers/retrieve-fallback.ts";
import { retrieveShares } from "./handlers/retrieve-shares.ts";
import { storeShare } from "./handlers/store-share.ts";
import { updateFallback } from "./handlers/update-fallback.ts";
import { updatePublicKey } from "./handlers/update-public-key.ts";
import { verifyFallback } from "./handlers/verify-fallback.ts";
import { withCipher } from "./storage-keys.ts";
import type { TransferKnowledge } from "./transfer-warning.ts";

const HANDLERS: { readonly [Name in OperationName]: Handler<Name> } = {
  storeShare,
  retrieveShares,
  auditShares,
  deleteShares,
  updateFallback,
  retrieveFallback,
  fallbackTransfer,
  verifyFallback,
  updatePublicKey,
  deleteAccount,
  getShares,
  updateRecovery,
  getRecovery,
  startRecovery,
  finishRecovery,
  updateXIDDocument,
};

/** The codecs, typed by name so that a result can only go to its own codec. */
const CODECS: { readonly [Name in OperationName]: Operation<ParametersOf<Name>, ResultOf<Name>> } =
  OPERATIONS;

/** Shares come and go without a word to anybody; everything else may leave a message for a contact. */
const SILENT: ReadonlySet<OperationName> = new Set([
  "storeShare",
  "retrieveShares",
  "auditShares",
  "deleteShares",
  "retrieveFallback",
  "getShares",
  "getRecovery",
]);

/** Whether carrying it out may have left a message to deliver. */
export function mayNotify(name: OperationName): boolean {
  return !SILENT.has(name);
}

/** The result, for signing, and what the store has told beside it. */
export type Performed = ResultToSign & TransferKnowledge & Pick<HandlerResult<unknown>, "readBytes">;

/**
 * Carries out a verified request.
 *
 * @param source where it came from, if the server counts by networks.
 * @throws {Refusal | StoreError}
 */
export function perform(context: Context, request: ParsedRequest, source: Source = {}): Promise<Performed> {
  return withCipher(context.keys, (cipher, isRetry) => {
    // The turn that a large read waited for is still its own.
    const { beforeLargeRead, ...origin } = source;
    return performCall({ ...context, cipher }, request, request.call, isRetry ? origin : source);
  });
}

async function performCall<Name extends OperationName>(
  context: WorkContext,
  request: ParsedRequest,
  { name, parameters }: Call<Name>,
  source: Source,
): Promise<Performed> {
  const { opened } = request;
  const newcomers = newcomersOf(context, source);
  const dataKey = context.cipher.keyId;
  const caller = callerOf(request, { ...source, now: context.now(), newcomers, dataKey });
  const { result, ...beside } = await HANDLERS[name](context, caller, parameters, opened);
  const { encodeResult, encodeLargeResult, secret } = CODECS[name];
  const encoded = (await encodeLargeResult?.(result, context.pause)) ?? encodeResult(result);
  return { ...beside, result: encoded, secret };
}

/** What the caller's networks may send of newcomers, if they are known. */
function newcomersOf(
  { cipher, policy }: WorkContext,
  { network, widerNetworks = [] }: Source,
): NewcomerLimit | undefined {
  if (network === undefined) return undefined;
  const networks = [network, ...widerNetworks].map((name) => networkHmac(cipher.networkHmac(name)));
  return { networks, maxPerHour: policy.maxNewAccounts };
}
