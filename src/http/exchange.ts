/**
 * `POST /`: an envelope comes, an envelope goes. Node's own HTTP and the fetch API share what is here.
 *
 * Limits come before work: the exchange judges the network, the declared size and the media type before it reads the
 * body, stops reading at the largest size, and carries out only so many requests at a time.
 */
import {
  type Answer,
  type Context,
  type Format,
  handle,
  Refusal,
  type RefusalCode,
  refuse,
} from "../service/index.ts";
import { createInFlight } from "./in-flight.ts";
import { answerFormat, charsetOf, formatOf, MEDIA_TYPES } from "./media-types.ts";
import { widerNetworks } from "./network.ts";
import { createRateLimit, requestsIn, requestsInAnswer } from "./rate-limit.ts";
import type { Turns } from "./turns.ts";

export type ExchangeOptions = {
  /** Largest request body in bytes. */
  readonly maxRequestBytes: number;
  /**
   * Requests a second for each network, counted in this process. 0 turns all limits by network off, also the one on
   * the messages that a network may cause.
   */
  readonly requestsPerSecond: number;
  /** Requests that this process carries out at a time, an eighth of them for one network. */
  readonly maxInFlight: number;
  /** Counts requests in place of this process, for a platform with many short-lived processes. */
  readonly passes?: (network: string, requests: number) => Promise<boolean>;
  /** Absent, for a platform whose requests may not wait for one another. */
  readonly turns?: Turns;
  /** Called when a request begins. The exchange calls the returned function with the answer. */
  readonly requestBegins?: () => (answer: Answer) => void;
};

/** A request as it came, with its body still to be read. */
export type PostedRequest = {
  /** What the log calls it, from `newRequestId`. The answer's headers tell it. */
  readonly requestId: string;
  /** The network that it came from, as the limits count it. */
  readonly network: string;
  readonly contentType: string | undefined;
  readonly accept: string | undefined;
  /** Absent or `identity`: the server unpacks nothing. */
  readonly contentEncoding: string | undefined;
  /** Bytes of the body. Undefined when the headers do not tell. */
  readonly contentLength: number | undefined;
  /** The body, or nothing if it has more bytes than `limit`. Rejects when the client leaves. */
  readonly readBody: (limit: number) => Promise<Uint8Array | undefined>;
};

export type PostAnswer = {
  readonly status: 200 | 400 | 413 | 415 | 429 | 500 | 503;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
};

export type Exchange = {
  /** 0 when a request from this network may pass now, which counts; otherwise the seconds after which one may. */
  readonly admit: (network: string) => Promise<number>;
  /** Rejects only when the body can't be read. */
  readonly post: (request: PostedRequest) => Promise<PostAnswer>;
};

/** Seconds after which a client may try again when the reason has no end that the server knows. */
const RETRY_AFTER = { "rate-limited": 1, busy: 1, unavailable: 5 };

/** Finding so many shares by their receipts takes the database about as long as a usual request. */
const RECEIPTS_A_REQUEST = 50;

type Outcome = {
  readonly answer: Answer;
  /** Seconds. */
  readonly retryAfter?: number;
};

export function createExchange(context: Context, options: ExchangeOptions): Exchange {
  const { maxRequestBytes, requestsPerSecond, maxInFlight, passes, turns, requestBegins } = options;
  const limit = createRateLimit(requestsPerSecond);
  /** Of large reads a whole site may have as many as one network. */
  const reads = createRateLimit(requestsPerSecond);
  const inFlight = createInFlight(maxInFlight);
  const isLimited = requestsPerSecond > 0;

  async function admit(network: string, bytes = 0): Promise<number> {
    if (!isLimited || passes === undefined) return limit.admit(network, bytes, context.now());
    return (await passes(network, Math.ceil(requestsIn(bytes)))) ? 0 : RETRY_AFTER["rate-limited"];
  }

  /** For what turned out to be larger than one request. */
  async function charge(network: string, requests: number): Promise<void> {
    limit.charge(network, requests);
    if (isLimited && requests >= 1) await passes?.(network, Math.floor(requests));
  }

  async function fail(code: RefusalCode, format: Format, retryAfter?: number): Promise<Outcome> {
    const answer = await refuse(context, new Refusal(code), format);
    return { answer, ...(retryAfter !== undefined && { retryAfter }) };
  }

  async function answer(request: PostedRequest): Promise<Outcome> {
    const { requestId, network, contentType, contentEncoding, accept, contentLength, readBody } = request;
    const format = formatOf(contentType);
    const wanted = answerFormat(accept, format ?? "ur");
    const wait = await admit(network, Math.min(contentLength ?? 0, maxRequestBytes));
    if (wait > 0) return fail("rate-limited", wanted, wait);
    if ((contentLength ?? 0) > maxRequestBytes) return fail("too-large", wanted);
    if (format === undefined || !isPlain(contentEncoding)) return fail("unsupported-media-type", wanted);
    const body = await readBody(maxRequestBytes);
    if (body === undefined) return fail("too-large", wanted);
    if (contentLength === undefined) await charge(network, requestsIn(body.length) - 1);
    const charset = charsetOf(contentType);
    return carryOut(body, { requestId, network, format, charset, wanted });
  }

  async function carryOut(
    body: Uint8Array,
    { requestId, network, format, charset, wanted }: Carried,
  ): Promise<Outcome> {
    const ends = inFlight.begin(isLimited ? network : undefined);
    if (ends === undefined) return fail("unavailable", wanted, RETRY_AFTER.busy);
    const turn = turnOf(network);
    try {
      if (isLimited) await turns?.begin(siteOf(network));
      const answer = await handle(context, body, {
        requestId,
        request: format,
        charset,
        answer: wanted,
        ...(isLimited && {
          network,
          widerNetworks: widerNetworks(network).map(({ name }) => name),
          beforeLargeRead: turn.take,
        }),
      });
      const read = requestsInAnswer(answer.body.length + answer.readBytes);
      reads.charge(siteOf(network), read);
      await charge(network, read);
      return { answer, ...retryAfter(answer, context.now()) };
    } finally {
      turn.end();
      ends();
    }
  }

  /** Who owes for what was read before must wait: in a flood of large reads, all but the first few are refused. */
  function turnOf(network: string) {
    let end = () => {};
    const take = async (named: number) => {
      end = (await turns?.take(siteOf(network))) ?? end;
      const now = context.now();
      const wait = Math.max(limit.debt(network, now), reads.debt(siteOf(network), now));
      if (wait > 0) {
        const retryAfter = new Date(now.getTime() + 1_000 * wait);
        throw new Refusal("rate-limited", undefined, { retryAfter });
      }
      reads.charge(siteOf(network), 1);
      await charge(network, Math.floor(named / RECEIPTS_A_REQUEST));
    };
    return { take, end: () => end() };
  }

  return {
    admit,
    post: async (request) => {
      const ends = requestBegins?.();
      const { answer: answered, retryAfter } = await answer(request);
      ends?.(answered);
      const status = statusOf(answered);
      const { operation, refused, body } = answered;
      const { requestId } = request;
      context.log.debug({ request: requestId, function: operation, refused, status }, "answered");
      return { status, headers: headersOf(answered, requestId, retryAfter), body };
    },
  };
}

/** Who takes turns: the whole site, whose /64s would otherwise keep the server busy together. */
function siteOf(network: string): string {
  return widerNetworks(network).at(-1)?.name ?? network;
}

/** Whether a body with this `Content-Encoding` is as it was written. */
function isPlain(contentEncoding = ""): boolean {
  return contentEncoding.split(",").every((coding) => /^\s*(?:identity)?\s*$/i.test(coding));
}

type Carried = {
  readonly requestId: string;
  readonly network: string;
  readonly format: Format;
  readonly charset: string | undefined;
  readonly wanted: Format;
};

function retryAfter({ refused, retryAfter: end }: Answer, now: Date): Pick<Outcome, "retryAfter"> {
  if (end !== undefined)
    return { retryAfter: Math.max(1, Math.ceil((end.getTime() - now.getTime()) / 1000)) };
  return refused === "rate-limited" || refused === "unavailable" ? { retryAfter: RETRY_AFTER[refused] } : {};
}

/** Tells what the log calls the request. */
export const REQUEST_ID_HEADER = "X-Request-Id";

/** What a web page may read of the headers. */
export const EXPOSED_HEADERS = ["Retry-After", REQUEST_ID_HEADER];

/** Every web page may read the answer. No cache may keep it. */
const COMMON_HEADERS = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Expose-Headers": EXPOSED_HEADERS.join(","),
  "X-Content-Type-Options": "nosniff",
  "Cache-Control": "no-store",
};

const HEADERS = {
  ur: { "Content-Type": MEDIA_TYPES.ur, ...COMMON_HEADERS },
  cbor: { "Content-Type": MEDIA_TYPES.cbor, ...COMMON_HEADERS },
};

function headersOf(
  { format }: Answer,
  requestId: string,
  retryAfter: number | undefined,
): PostAnswer["headers"] {
  const headers = { ...HEADERS[format], [REQUEST_ID_HEADER]: requestId };
  return retryAfter === undefined ? headers : { ...headers, "Retry-After": String(retryAfter) };
}

/** The status of an early failure. Those that are missing here get 400. */
const EARLY_STATUS: Partial<Record<RefusalCode, PostAnswer["status"]>> = {
  "too-large": 413,
  "unsupported-media-type": 415,
  "rate-limited": 429,
  internal: 500,
};

function statusOf({ verified, refused }: Answer): PostAnswer["status"] {
  if (refused === undefined) return 200;
  if (refused === "unavailable") return 503;
  return verified ? 200 : (EARLY_STATUS[refused] ?? 400);
}
