/** The client SDK, for Node, browsers and Workers. */
export type { Fallback } from "../wire/operations/retrieve-fallback.ts";
export type { RetrievedShare } from "../wire/operations/retrieve-shares.ts";
export { Receipt } from "../wire/receipt.ts";
export { type BuiltRequest, buildRequest, type RequestOptions } from "./build-request.ts";
export { type Client, type ClientOptions, createClient, type PreparedCall } from "./client.ts";
export { ClientError, type ClientErrorCode, type ServerRefusal } from "./client-error.ts";
export type { Endpoint, Transport } from "./endpoint.ts";
export { fetchInfo, fetchServer } from "./fetch-server.ts";
export { type Answer, type ExpectedAnswer, openAnswer } from "./open-answer.ts";
export { readResult } from "./read-result.ts";
export { type Server, serverFromDocument, serverFromUR } from "./server.ts";
