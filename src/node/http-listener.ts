/**
 * Requests on Node's own HTTP. A `POST /` goes straight to the exchange; all others go to the app as `Request`s of the
 * fetch API, once their body is here.
 *
 * Trap: when the server closes a connection while the client is still sending, the system resets it, and the client
 * loses the answer. So after an early answer the server reads from the client for a while.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { type PostAnswer, REQUEST_ID_HEADER } from "../http/exchange.ts";
import { networkOf } from "../http/network.ts";
import type { Server } from "../server/create-server.ts";
import { internalText, type Log, newRequestId, requestLog } from "../service/index.ts";

/** Bytes and milliseconds that the server reads from a client after its answer. */
const REST_BYTES = 16_777_216;
const REST_TIME = 5_000;

/** Largest body in bytes of a request to the app, whose only body is one short form. */
const FORM_BYTES = 16_384;

/** What an app gets beside a request. */
export type NodeBindings = { readonly incoming: Pick<IncomingMessage, "socket"> };

export type HttpListenerOptions = {
  /** Whether the address is the last one of `X-Forwarded-For`. */
  readonly trustProxy: boolean;
  readonly log: Log;
};

function plain(status: PostAnswer["status"], requestId: string, text: string): PostAnswer {
  return {
    status,
    headers: { "Content-Type": "text/plain; charset=utf-8", [REQUEST_ID_HEADER]: requestId },
    body: new TextEncoder().encode(text),
  };
}

export function createHttpListener(
  { fetch, post }: Pick<Server<NodeBindings>, "fetch" | "post">,
  { trustProxy, log }: HttpListenerOptions,
): RequestListener {
  const toApp = getRequestListener(fetch);
  const onFetch = async (request: BodiedMessage, response: ServerResponse, requestId: string) => {
    if (hasBody(request)) {
      const body = await readBody(request, FORM_BYTES);
      if (body === undefined) return send(request, response, plain(413, requestId, "the body is too large"));
      request.rawBody = Buffer.from(body);
    }
    await toApp(request, response);
  };
  const onPost = async (request: IncomingMessage, response: ServerResponse, requestId: string) => {
    const { headers } = request;
    const forwarded = trustProxy ? headers["x-forwarded-for"] : undefined;
    const answer = await post({
      requestId,
      network: networkOf(addressOf(request.socket, forwarded)),
      contentType: headers["content-type"],
      accept: headers.accept,
      contentEncoding: headers["content-encoding"],
      contentLength: declaredLength(request),
      readBody: (limit) => readBody(request, limit),
    });
    await send(request, response, answer);
  };
  return async (request, response) => {
    const requestId = newRequestId();
    const isPost = request.method === "POST" && /^\/(?:\?|$)/.test(request.url ?? "");
    try {
      await (isPost ? onPost : onFetch)(request, response, requestId);
    } catch (error) {
      // A client that hangs up in the middle of a request is no failure of the server.
      if (error === LEFT) return;
      requestLog(log, requestId).error({ err: error }, "request failed outside the service");
      await send(request, response, plain(500, requestId, internalText(requestId)));
    }
  };
}

/** What the app's adapter takes for the body of a request, instead of reading it. */
type BodiedMessage = IncomingMessage & { rawBody?: Buffer };

function hasBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}

/** @param forwarded the header `X-Forwarded-For`, if the operator trusts the proxy that writes it. */
export function addressOf(
  { remoteAddress = "" }: { readonly remoteAddress?: string | undefined },
  forwarded: string | readonly string[] | null | undefined,
): string {
  return forwarded == null ? remoteAddress : (String(forwarded).split(",").at(-1)?.trim() ?? remoteAddress);
}

/** Needs no checks: Node refuses a length that is no number, and a length beside a body in chunks. */
function declaredLength({ headers }: IncomingMessage): number | undefined {
  const length = headers["content-length"];
  return length === undefined ? undefined : Number(length);
}

/** The client closed the connection before its request was complete. */
const LEFT = new Error("the client left");

function readBody(request: IncomingMessage, limit: number): Promise<Uint8Array | undefined> {
  return new Promise((resolve, reject) => {
    let chunks: Uint8Array[] = [];
    let size = 0;
    const onData = (chunk: Uint8Array) => {
      size += chunk.length;
      chunks.push(chunk);
      if (size <= limit) return;
      chunks = [];
      request.off("data", onData);
      resolve(undefined);
    };
    request.on("data", onData);
    request.once("end", () => resolve(joined(chunks)));
    request.once("close", () => reject(LEFT));
    if (request.destroyed) reject(LEFT);
  });
}

/** As a plain `Uint8Array`: a slice of it is a copy, a slice of a `Buffer` shares its memory. */
function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const [only = new Uint8Array()] = chunks;
  const { buffer, byteOffset, length } = chunks.length > 1 ? Buffer.concat(chunks) : only;
  return new Uint8Array(buffer, byteOffset, length);
}

/** Sends the answer in one write. */
async function send(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: PostAnswer,
): Promise<void> {
  response.writeHead(status, { ...headers, "Content-Length": body.length });
  if (request.complete) return void response.end(body);
  response.write(body);
  await readRest(request);
  response.end();
}

/** Resolves when the client has sent its whole request, or has left. Cuts off a client that goes on for too long. */
function readRest(request: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    let left = REST_BYTES;
    const cut = () => request.destroy();
    const timer = setTimeout(cut, REST_TIME);
    request.on("data", (chunk: Uint8Array) => {
      left -= chunk.length;
      if (left < 0) cut();
    });
    const done = () => {
      clearTimeout(timer);
      resolve();
    };
    request.once("end", done);
    request.once("close", done);
    request.resume();
    if (request.destroyed) done();
  });
}
