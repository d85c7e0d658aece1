/**
 * What a share server and its clients say to each other: requests, answers, refusals, XID documents.
 *
 * @module share-protocol
 */
export {
  type Continuation,
  continuationEnvelope,
  isContinuation,
  openContinuation,
  sealContinuation,
} from "./continuation.ts";
export { decodeText, type TextOptions } from "./decode-text.ts";
export { decodeError, type ErrorContent } from "./error-envelope.ts";
export { type Identity, identityOf, newServerKeys } from "./identity.ts";
export { isKeyProof, type ProvenFor, proveKey } from "./key-proof.ts";
export {
  type OpenedRequest,
  openRequest,
  type ParsedRequest,
  type RequestRules,
  readRequest,
} from "./open-request.ts";
export type { AuditSharesParameters, ProvenShare } from "./operations/audit-shares.ts";
export type { FallbackTransferResult } from "./operations/fallback-transfer.ts";
export {
  type Call,
  type DepositoryName,
  isDepositoryName,
  type NativeName,
  OPERATIONS,
  type OperationName,
  operationNames,
  type ParametersOf,
  type ResultOf,
} from "./operations/index.ts";
export type { Operation } from "./operations/operation.ts";
export type { Fallback } from "./operations/retrieve-fallback.ts";
export type { RetrievedShare } from "./operations/retrieve-shares.ts";
export type { UpdatePublicKeyResult } from "./operations/update-public-key.ts";
export { MAX_PARTS } from "./parts/parts.ts";
export { Receipt } from "./receipt.ts";
export { isRefusalCode, REFUSAL_CODES, Refusal, type RefusalCode } from "./refusal.ts";
export { REQUEST_LIMITS, type RequestLimits, requestLimits } from "./request-limits.ts";
export {
  documentWithRotations,
  MAX_ROTATIONS,
  type Rotation,
  readRotations,
  signRotation,
} from "./rotation.ts";
export { shareProof } from "./share-proof.ts";
export { type ResultToSign, signEarlyFailure, signRefusal, signResult } from "./sign-answer.ts";
export { decodeTransport, encodeLargeTransport, encodeTransport, type Format } from "./transport.ts";
export {
  documentFor,
  documentFromUR,
  documentToCbor,
  documentToUR,
  readDocument,
  type XidDocument,
} from "./xid-document.ts";
