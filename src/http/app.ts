/**
 * The service over HTTP.
 *
 * `POST /` takes an envelope and answers with one; everything else tells about the server. Limits come before
 * work: address, media type and size are judged before a byte of the body is decoded.
 */
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { cors } from "hono/cors";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import {
  type Answer,
  type Context,
  describe,
  handle,
  isReady,
  type RefusalCode,
  refuse,
  serverDocument,
} from "../service/index.ts";
import { answerFormat, formatOf, MEDIA_TYPES } from "./media-types.ts";
import { networkOf } from "./network.ts";
import { type PageSource, pageFile, pageRoutes, wantsPage } from "./page.ts";
import { createRateLimit } from "./rate-limit.ts";
import { verifyPage } from "./verify-page.ts";

export type HttpOptions<Bindings extends object> = {
  /** Largest request body in bytes. */
  readonly maxRequestBytes: number;
  /** Requests a second and network, counted in this process; 0 for no limit, on messages to contacts neither. */
  readonly requestsPerSecond: number;
  /** Counts in place of the process, where processes are many and short-lived. */
  readonly passes?: (network: string) => Promise<boolean>;
  /** The address that a request came from, for the limits. */
  readonly addressOf: (request: Request, bindings: Bindings) => string;
  /** The exchange page's files. Without them browsers get what programs get. */
  readonly page?: PageSource;
  /** Where the server counts what it does. */
  readonly metrics?: {
    /** Called when a request begins; what it returns, with the answer. */
    readonly requestBegins: () => (answer: Answer) => void;
    /** What `GET /metrics` gives. */
    readonly page: Hono;
  };
};

/** The status of a request that failed before its sender was known, where it is not 400. */
const EARLY_STATUS: Partial<Record<RefusalCode, ContentfulStatusCode>> = {
  "too-large": 413,
  "unsupported-media-type": 415,
  "rate-limited": 429,
  internal: 500,
  unavailable: 503,
};

/** Seconds after which a client may try again. */
const RETRY_AFTER = { "rate-limited": "1", unavailable: "5" } satisfies Partial<Record<RefusalCode, string>>;

/** `origin`: the network that the request came from, as the limits count it. */
type Served<Bindings> = { Bindings: Bindings; Variables: { origin: string } };

/** The whole HTTP face of the server, as a fetch-shaped app. */
export function createApp<Bindings extends object>(
  context: Context,
  options: HttpOptions<Bindings>,
): Hono<Served<Bindings>> {
  const app = new Hono<Served<Bindings>>();
  const limit = createRateLimit(options.requestsPerSecond);
  const isLimited = options.requestsPerSecond > 0;
  const passes = options.passes ?? ((network: string) => limit.passes(network, context.now()));
  const respond = async (work: () => Promise<Answer>): Promise<Response> => {
    const ends = options.metrics?.requestBegins();
    const answer = await work();
    ends?.(answer);
    return toResponse(answer);
  };

  // Before CORS, so that other web pages can't read it.
  if (options.metrics !== undefined) app.route("/metrics", options.metrics.page);
  app.use(cors());
  app.use((c, next) => {
    c.set("origin", networkOf(options.addressOf(c.req.raw, c.env)));
    return next();
  });
  app.use(async (c, next) => {
    await next();
    c.header("X-Content-Type-Options", "nosniff");
    c.header("Cache-Control", "no-store");
  });

  app.post("/", async (c, next) => {
    if (await passes(c.get("origin"))) return next();
    return respond(() => refuse(context, "rate-limited", "ur"));
  });
  app.post(
    "/",
    bodyLimit({
      maxSize: options.maxRequestBytes,
      onError: (c) => {
        const format = answerFormat(c.req.header("accept"), formatOf(c.req.header("content-type")) ?? "ur");
        return respond(() => refuse(context, "too-large", format));
      },
    }),
  );
  app.post("/", (c) => {
    const format = formatOf(c.req.header("content-type"));
    const accepted = answerFormat(c.req.header("accept"), format ?? "ur");
    if (format === undefined) return respond(() => refuse(context, "unsupported-media-type", accepted));
    return respond(async () => {
      const body = new Uint8Array(await c.req.arrayBuffer());
      const origin = isLimited ? c.get("origin") : undefined;
      const answer = await handle(context, body, { request: format, answer: accepted, origin });
      limit.answered(c.get("origin"), answer.body.length);
      return answer;
    });
  });

  app.get("/", async (c) => {
    c.header("Vary", "Accept");
    const accept = c.req.header("accept");
    const page = wantsPage(accept) ? await pageFile(options.page, "index.html") : undefined;
    if (page !== undefined) return page;
    const format = answerFormat(accept, "ur");
    return new Response(own(serverDocument(context, format)), {
      headers: { "Content-Type": MEDIA_TYPES[format] },
    });
  });
  if (options.page !== undefined) app.route("/", pageRoutes(options.page));
  app.get("/info", (c) => c.json(describe(context, { maxRequestBytes: options.maxRequestBytes })));
  app.get("/health", (c) => c.text("ok"));
  app.get("/ready", async (c) => ((await isReady(context)) ? c.text("ready") : c.text("not ready", 503)));

  app.use("/verify", async (c, next) => {
    if (await passes(c.get("origin"))) return next();
    return c.text("too many requests, try again later", 429, { "Retry-After": RETRY_AFTER["rate-limited"] });
  });
  app.route("/verify", verifyPage(context));

  app.notFound((c) => c.text("not found", 404));
  app.onError((error, c) => {
    // Whoever hangs up in the middle of a request is none of the operator's business.
    if (!c.req.raw.signal.aborted) context.log.error({ err: error }, "request failed outside the service");
    return c.text("internal error", 500);
  });
  return app;
}

function toResponse({ body, format, verified, refused }: Answer): Response {
  const headers = new Headers({ "Content-Type": MEDIA_TYPES[format] });
  if (refused === "rate-limited" || refused === "unavailable")
    headers.set("Retry-After", RETRY_AFTER[refused]);
  return new Response(own(body), { status: statusOf(verified, refused), headers });
}

function statusOf(verified: boolean, refused: RefusalCode | undefined): ContentfulStatusCode {
  if (refused === undefined) return 200;
  if (refused === "unavailable") return 503;
  return verified ? 200 : (EARLY_STATUS[refused] ?? 400);
}

/** Fetch's types want bytes that are not shared between threads. */
function own(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}
