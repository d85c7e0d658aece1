/**
 * `POST /`: an envelope comes, an envelope goes. Node's own HTTP and the fetch API share what is here.
 *
 * Limits come before work: the exchange judges the network, the declared size and the media type before it reads the
 * body, and it stops reading at the largest size.
 */
import { type Answer, type Context, handle, type RefusalCode, refuse } from "../service/index.ts";
import { answerFormat, formatOf, MEDIA_TYPES } from "./media-types.ts";
import { createRateLimit } from "./rate-limit.ts";

export type ExchangeOptions = {
  /** Largest request body in bytes. */
  readonly maxRequestBytes: number;
  /**
   * Requests a second for each network, counted in this process. 0 turns this limit off, and the limit on the messages
   * that a network may cause.
   */
  readonly requestsPerSecond: number;
  /** Counts requests in place of this process, for a platform with many short-lived processes. */
  readonly passes?: (network: string) => Promise<boolean>;
  /** Called when a request begins. The exchange calls the returned function with the answer. */
  readonly requestBegins?: () => (answer: Answer) => void;
};

/** A request as it came, with its body still to be read. */
export type PostedRequest = {
  /** The network that it came from, as the limits count it. */
  readonly network: string;
  readonly contentType: string | undefined;
  readonly accept: string | undefined;
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
  /** Whether a request from this network may pass now; asking counts. */
  readonly passes: (network: string) => boolean | Promise<boolean>;
  /** Rejects only when the body can't be read. */
  readonly post: (request: PostedRequest) => Promise<PostAnswer>;
};

export function createExchange(context: Context, options: ExchangeOptions): Exchange {
  const { maxRequestBytes, requestsPerSecond, requestBegins } = options;
  const limit = createRateLimit(requestsPerSecond);
  const isLimited = requestsPerSecond > 0;
  const passes = options.passes ?? ((network: string) => limit.passes(network, context.now()));

  async function answer(request: PostedRequest): Promise<Answer> {
    const { network, contentType, accept, contentLength = 0, readBody } = request;
    if (!(await passes(network))) return refuse(context, "rate-limited", "ur");
    const format = formatOf(contentType);
    const wanted = answerFormat(accept, format ?? "ur");
    if (contentLength > maxRequestBytes) return refuse(context, "too-large", wanted);
    if (format === undefined) return refuse(context, "unsupported-media-type", wanted);
    const body = await readBody(maxRequestBytes);
    if (body === undefined) return refuse(context, "too-large", wanted);
    const counted = isLimited ? network : undefined;
    const answered = await handle(context, body, { request: format, answer: wanted, network: counted });
    limit.answered(network, answered.body.length);
    return answered;
  }

  return {
    passes,
    post: async (request) => {
      const ends = requestBegins?.();
      const answered = await answer(request);
      ends?.(answered);
      return { status: statusOf(answered), headers: headersOf(answered), body: answered.body };
    },
  };
}

/** Seconds after which a client may try again. */
export const RETRY_AFTER = { "rate-limited": "1", unavailable: "5" } satisfies Partial<
  Record<RefusalCode, string>
>;

/** Every web page may read the answer. No cache may keep it. */
const COMMON_HEADERS = {
  "Access-Control-Allow-Origin": "*",
  "X-Content-Type-Options": "nosniff",
  "Cache-Control": "no-store",
};

const HEADERS = {
  ur: { "Content-Type": MEDIA_TYPES.ur, ...COMMON_HEADERS },
  cbor: { "Content-Type": MEDIA_TYPES.cbor, ...COMMON_HEADERS },
};

function headersOf({ format, refused }: Answer): PostAnswer["headers"] {
  if (refused !== "rate-limited" && refused !== "unavailable") return HEADERS[format];
  return { ...HEADERS[format], "Retry-After": RETRY_AFTER[refused] };
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
