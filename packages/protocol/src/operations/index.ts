/** Every operation of the server by its name on the wire. */
import { finishRecovery } from "../depository/finish-recovery.ts";
import { getRecovery } from "../depository/get-recovery.ts";
import { getShares } from "../depository/get-shares.ts";
import { startRecovery } from "../depository/start-recovery.ts";
import { updateRecovery } from "../depository/update-recovery.ts";
import { updateXIDDocument } from "../depository/update-xid-document.ts";
import { auditShares } from "./audit-shares.ts";
import { deleteAccount } from "./delete-account.ts";
import { deleteShares } from "./delete-shares.ts";
import { fallbackTransfer } from "./fallback-transfer.ts";
import { retrieveFallback } from "./retrieve-fallback.ts";
import { retrieveShares } from "./retrieve-shares.ts";
import { storeShare } from "./store-share.ts";
import { updateFallback } from "./update-fallback.ts";
import { updatePublicKey } from "./update-public-key.ts";
import { verifyFallback } from "./verify-fallback.ts";

/** The reference depository's names for the same things. */
const DEPOSITORY_OPERATIONS = {
  getShares,
  updateRecovery,
  getRecovery,
  startRecovery,
  finishRecovery,
  updateXIDDocument,
} as const;

const NATIVE_OPERATIONS = {
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
} as const;

export const OPERATIONS = { ...NATIVE_OPERATIONS, ...DEPOSITORY_OPERATIONS } as const;

export type OperationName = keyof typeof OPERATIONS;

export type ParametersOf<Name extends OperationName> = ReturnType<(typeof OPERATIONS)[Name]["decode"]>;

export type ResultOf<Name extends OperationName> = ReturnType<(typeof OPERATIONS)[Name]["decodeResult"]>;

/** One call: a name with the parameters that belong to it. */
export type Call<Name extends OperationName = OperationName> = {
  readonly [N in Name]: { readonly name: N; readonly parameters: ParametersOf<N> };
}[Name];

/** The server's own names, which its clients use. */
export type NativeName = keyof typeof NATIVE_OPERATIONS;

export type DepositoryName = keyof typeof DEPOSITORY_OPERATIONS;

export function isDepositoryName(name: unknown): name is DepositoryName {
  return typeof name === "string" && Object.hasOwn(DEPOSITORY_OPERATIONS, name);
}

/** The names that a server answers to, with or without the depository's. */
export function operationNames(depositoryNames: boolean): readonly OperationName[] {
  const names = Object.keys(OPERATIONS).filter(isOperationName);
  return depositoryNames ? names : names.filter((name) => !isDepositoryName(name));
}

function isOperationName(name: string): name is OperationName {
  return Object.hasOwn(OPERATIONS, name);
}
