/** Gordian Envelope: the face of the package `#bc/envelope`. */
export type { ReadOptions } from "./codec.ts";
export type { EncryptSubjectOptions } from "./encrypt.ts";
export { type DigestTarget, Envelope, type EnvelopeEncodable } from "./envelope.ts";
export { EnvelopeError, type EnvelopeErrorCode } from "./error.ts";
export { Expression, type Identifier, type Parameter } from "./expression.ts";
export * from "./known-values.ts";
export { MAX_NESTING } from "./nesting.ts";
export { Request } from "./request.ts";
export { Response, type ResponseOutcome } from "./response.ts";
export type { FoundSignature } from "./signature.ts";
