/**
 * One exchange with a server over HTTP.
 *
 * Nothing that comes back is trusted here: what counts is signed, and whoever opens it checks it. This module
 * only sees to it that an answer comes in time and has an end.
 */
import { concatBytes } from "@bc/envelope";
import { ClientError } from "./client-error.ts";

/** Shaped like `fetch`; rejects when there is no answer. */
export type Transport = (request: Request) => Promise<Response>;

/** Where a server is, and how it is reached. */
export type Endpoint = {
  /** The address of the server, `http:` or `https:`, with a path where it does not stand at the root. */
  readonly url: string;
  /** Default: the platform's `fetch`. */
  readonly transport?: Transport | undefined;
  /** Milliseconds for one attempt. Default: 30 000. */
  readonly timeout?: number | undefined;
  /** The largest answer that is read, in bytes. Default: 16 MiB. */
  readonly maxAnswerBytes?: number | undefined;
};

export type HttpRequest = {
  readonly path: "/" | "/info";
  readonly accept: string;
  /** With a body it is a POST, without one a GET. */
  readonly body?: { readonly type: string; readonly bytes: Uint8Array };
};

export type HttpResponse = {
  readonly status: number;
  /** Media type without parameters, in lower case. */
  readonly type: string;
  readonly body: Uint8Array;
};

const TIMEOUT = 30_000;
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;
const UNAVAILABLE = 503;

/**
 * Sends a request and reads the response, whatever its status.
 *
 * When the network fails or the server is not available, the very same bytes are sent once more. That is safe: when
 * the first ones did arrive and only the answer was lost, the server knows the request by its ID and gives the first
 * outcome again. More patience than that is the caller's to have.
 *
 * @throws {ClientError} `unreachable`, or `bad-answer` when the answer is too large.
 */
export async function exchange(endpoint: Endpoint, request: HttpRequest): Promise<HttpResponse> {
  try {
    const response = await attempt(endpoint, request);
    if (response.status !== UNAVAILABLE) return response;
  } catch (error) {
    if (!(error instanceof ClientError && error.code === "unreachable")) throw error;
  }
  return attempt(endpoint, request);
}

/**
 * An answer that is not the server's own: from a proxy, from something else at that address.
 *
 * @param cause why it can't be read. Where the status says that the server is not available, it tells nobody anything.
 */
export function notTheServer({ url }: Endpoint, { status }: HttpResponse, cause?: unknown): ClientError {
  const notNow = status >= 500 || status === 429;
  return notNow
    ? new ClientError("unreachable", `${url} is not available (HTTP ${status})`)
    : new ClientError("bad-answer", `${url} does not answer as a share server does (HTTP ${status})`, {
        cause,
      });
}

/** The body as text. @throws unless the status is 200, or when it is no UTF-8. */
export function textOf({ status, body }: HttpResponse): string {
  if (status !== 200) throw new TypeError("not what was asked for");
  return new TextDecoder("utf-8", { fatal: true }).decode(body);
}

/**
 * Requests that are under way. The platform may forget one that nobody holds, such as after a transport has made another of
 * it, and then its signal reaches nobody any more: a server that never answers would keep its connection for ever.
 */
const underWay = new Set<Request>();

/** The time is kept here too, and not left to the transport: what it does with the signal is its own matter. */
async function attempt(endpoint: Endpoint, request: HttpRequest): Promise<HttpResponse> {
  const { url, timeout = TIMEOUT } = endpoint;
  const late = new AbortController();
  const sent = fetchRequest(url, request, late.signal);
  const timer = setTimeout(() => late.abort(new DOMException("no answer in time", "TimeoutError")), timeout);
  underWay.add(sent);
  try {
    return await Promise.race([answerTo(endpoint, sent), failedBy(late.signal)]);
  } catch (cause) {
    if (cause instanceof ClientError) throw cause;
    throw new ClientError("unreachable", `cannot reach ${url}`, { cause });
  } finally {
    clearTimeout(timer);
    underWay.delete(sent);
  }
}

async function answerTo(
  { transport = fetch, maxAnswerBytes = MAX_ANSWER_BYTES }: Endpoint,
  sent: Request,
): Promise<HttpResponse> {
  const response = await transport(sent);
  const type = response.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase() ?? "";
  return { status: response.status, type, body: await readBody(response, maxAnswerBytes) };
}

function failedBy(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

/** A redirect is not followed: it would send the request to an address that the caller did not name. */
function fetchRequest(url: string, { path, accept, body }: HttpRequest, signal: AbortSignal): Request {
  const address = url.replace(/\/+$/, "") + path;
  const common = { redirect: "manual", signal } as const;
  if (body === undefined) return new Request(address, { ...common, headers: { accept } });
  const headers = { accept, "content-type": body.type };
  return new Request(address, { ...common, method: "POST", headers, body: new Uint8Array(body.bytes) });
}

/** The body, read no further than `limit`, whatever length it claims to have. */
async function readBody({ body }: Response, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  const reader = body?.getReader();
  for (let length = 0; reader !== undefined; ) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > limit) {
      await reader.cancel();
      throw new ClientError("bad-answer", `the answer is larger than ${limit} bytes`);
    }
    chunks.push(value);
  }
  return concatBytes(...chunks);
}
