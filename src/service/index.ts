/** The service: what a transport needs to serve requests. */
export { type Format, Refusal, type RefusalCode } from "@bc/share-protocol";
export { type Confirmation, confirmChallenge, lookUpChallenge, type ShownChallenge } from "./confirmation.ts";
export type { Context, Log, Policy, RetiredIdentity, ServerIdentity } from "./context.ts";
export { describe, serverDocument } from "./describe.ts";
export { type Answer, handle, refuse } from "./handle.ts";
export { createReadiness, type Readiness } from "./ready.ts";
export { internalText, refusalForError } from "./refusals.ts";
export { newRequestId } from "./request-id.ts";
export { requestLog } from "./request-log.ts";
