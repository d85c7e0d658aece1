/** The service: what a transport needs to serve requests. */

export type { Format } from "../wire/transport.ts";
export type { Context, Log, Policy, Quotas } from "./context.ts";
export { type Answer, handle, refuse } from "./handle.ts";
