/**
 * The service over HTTP: an app takes a `Request` of the fetch API and gives a `Response`.
 *
 * `POST /` takes an envelope and answers with one, see {@link Exchange}. All other paths tell about the server.
 */
import { Hono } from "hono";
import { cors } from "hono/cors";
import {
  type Context,
  createReadiness,
  describe,
  internalText,
  newRequestId,
  requestLog,
  serverDocument,
} from "../service/index.ts";
import { verifyPage } from "./confirmation-page.ts";
import { EXPOSED_HEADERS, type Exchange, REQUEST_ID_HEADER } from "./exchange.ts";
import { chooseLanguage } from "./languages/index.ts";
import { answerFormat, MEDIA_TYPES } from "./media-types.ts";
import { networkOf } from "./network.ts";
import { type PageSource, pageFile, pageRoutes, wantsPage } from "./page.ts";

export type AppOptions<Bindings extends object> = {
  /** Largest request body in bytes. The app only tells it to clients; the exchange enforces it. */
  readonly maxRequestBytes: number;
  /** The address that a request came from, for the limits. */
  readonly addressOf: (request: Request, bindings: Bindings) => string;
  /** The exchange page's files. Absent: browsers get what programs get. */
  readonly page?: PageSource;
  /** Whether the recovery page is served too. Default: no. */
  readonly recoveryPage?: boolean;
  /** What `GET /metrics` gives. */
  readonly metricsPage?: Hono;
};

/** `network`: where the request came from, as the limits count it. `requestId`: what the log calls it. */
type Served<Bindings> = { Bindings: Bindings; Variables: { network: string; requestId: string } };

/** The whole HTTP face of the server. */
export function createApp<Bindings extends object>(
  context: Context,
  exchange: Exchange,
  options: AppOptions<Bindings>,
): Hono<Served<Bindings>> {
  const app = new Hono<Served<Bindings>>();
  const readiness = createReadiness(context);

  // Before CORS, so that other web pages can't read it.
  if (options.metricsPage !== undefined) app.route("/metrics", options.metricsPage);
  app.use(cors({ origin: "*", exposeHeaders: EXPOSED_HEADERS }));
  app.use((c, next) => {
    c.set("network", networkOf(options.addressOf(c.req.raw, c.env)));
    c.set("requestId", newRequestId());
    return next();
  });
  app.use(chooseLanguage);
  app.use(async (c, next) => {
    await next();
    c.header(REQUEST_ID_HEADER, c.get("requestId"));
    c.header("X-Content-Type-Options", "nosniff");
    c.header("Cache-Control", "no-store");
  });

  app.post("/", async (c) => {
    const { raw } = c.req;
    const { status, headers, body } = await exchange.post({
      requestId: c.get("requestId"),
      network: c.get("network"),
      contentType: c.req.header("content-type"),
      accept: c.req.header("accept"),
      contentEncoding: c.req.header("content-encoding"),
      contentLength: declaredLength(raw.headers),
      readBody: (limit) => readBody(raw, limit),
    });
    return new Response(own(body), { status, headers });
  });

  app.get("/", async (c) => {
    c.header("Vary", "Accept, Accept-Language");
    const accept = c.req.header("accept");
    const page = wantsPage(accept)
      ? await pageFile(options.page, `index.${c.get("language")}.html`)
      : undefined;
    if (page !== undefined) return page;
    const format = answerFormat(accept, "ur");
    return new Response(own(serverDocument(context, format)), {
      headers: { "Content-Type": MEDIA_TYPES[format] },
    });
  });
  if (options.page !== undefined) app.route("/", pageRoutes(options.page, options.recoveryPage));
  app.get("/info", (c) => c.json(describe(context, { maxRequestBytes: options.maxRequestBytes })));
  app.get("/health", (c) => c.text("ok"));
  app.get("/ready", async (c) => {
    const state = await readiness();
    // A full server has still to be reached: by those who read, delete and recover.
    return state === "not ready" ? c.text(state, 503) : c.text(state);
  });

  app.use("/verify", async (c, next) => {
    const wait = await exchange.admit(c.get("network"));
    if (wait === 0) return next();
    return c.text("too many requests, try again later", 429, { "Retry-After": String(wait) });
  });
  app.route("/verify", verifyPage(context));

  app.notFound((c) => c.text("not found", 404));
  app.onError((error, c) => {
    // A client that hangs up in the middle of a request is no failure of the server.
    const requestId = c.get("requestId");
    if (!c.req.raw.signal.aborted)
      requestLog(context.log, requestId).error({ err: error }, "request failed outside the service");
    return c.text(internalText(requestId), 500);
  });
  return app;
}

/** A body in chunks has no declared length, even when `Content-Length` stands beside it. */
function declaredLength(headers: Headers): number | undefined {
  const length = headers.has("transfer-encoding") ? null : headers.get("content-length");
  return length === null ? undefined : Number.parseInt(length, 10);
}

async function readBody({ body }: Request, limit: number): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > limit) return undefined;
    chunks.push(chunk);
  }
  const joined = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    joined.set(chunk, offset);
    offset += chunk.length;
  }
  return joined;
}

/** A copy, since the types of the fetch API refuse bytes that threads may share. */
function own(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}
