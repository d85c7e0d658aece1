/** Gordian Envelope: the face of the package `@bc/envelope`. */
export type { EncryptSubjectOptions } from "./encrypt.ts";
export { type DigestTarget, Envelope, type EnvelopeEncodable } from "./envelope.ts";
export { EnvelopeError, type EnvelopeErrorCode } from "./error.ts";
export { Expression, type Identifier, type Parameter } from "./expression.ts";
export { flatNotation, notation } from "./format/notation.ts";
export { treeNotation } from "./format/tree.ts";
export * from "./known-values.ts";
export { contentKeyFor, lockSubject } from "./lock.ts";
export { READ_LIMITS, type ReadLimits } from "./read/limits.ts";
export type { ReadOptions } from "./read/read.ts";
export { readCbor } from "./read/value.ts";
export { Request } from "./request.ts";
export { Response, type ResponseOutcome } from "./response.ts";
export type { FoundSignature } from "./signature.ts";
export {
  type GroupThreshold,
  hasQuorum,
  type JoinedShares,
  joinShares,
  type SplitPlan,
  sharesIn,
  splitToShares,
} from "./sskr.ts";
