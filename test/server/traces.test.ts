/** Traces of a real server, as a collector receives them by OTLP over HTTP. */
import { once } from "node:events";
import { createServer } from "node:http";
import { json } from "node:stream/consumers";
import { PrivateKeys } from "@bc/envelope";
import { afterAll, beforeAll, expect, test } from "vitest";
import { wantsTraces } from "../../src/node/tracing.ts";
import { outcome } from "../kit/outcome.ts";
import { traceOf } from "../kit/secrets.ts";
import { startServer } from "../kit/spawn-server.ts";

type Attribute = { readonly key: string; readonly value: { stringValue?: string; intValue?: number } };

type OtlpSpan = {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly attributes: readonly Attribute[];
  readonly status: { readonly code: number };
};

type ExportRequest = {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[];
  }[];
};

/** Where the collector takes nothing. */
const REFUSING = "/refusing";
const SERVER = 2;
const CLIENT = 3;

const received: { readonly path: string | undefined; readonly body: ExportRequest }[] = [];
const collector = createServer(async (request, response) => {
  const body = (await json(request)) as ExportRequest;
  if (request.url?.startsWith(REFUSING)) {
    response.writeHead(401, "what you sent was secret").end();
    return;
  }
  received.push({ path: request.url, body });
  response.setHeader("Content-Type", "application/json").end("{}");
});
let endpoint: string;
beforeAll(async () => {
  await once(collector.listen(0, "127.0.0.1"), "listening");
  const address = collector.address();
  if (address === null || typeof address === "string") throw new TypeError("no port");
  endpoint = `http://127.0.0.1:${address.port}`;
});
afterAll(() => collector.close());

function spansReceived(): readonly OtlpSpan[] {
  return received
    .splice(0)
    .flatMap(({ body }) => body.resourceSpans)
    .flatMap(({ scopeSpans }) => scopeSpans)
    .flatMap(({ spans }) => spans);
}

function valuesOf(attributes: readonly Attribute[]) {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue ?? value.intValue]));
}

/** Stores a share, is refused once, and stops the server, which sends what is left. */
async function trace(extra: Readonly<Record<string, string>>) {
  await using server = await startServer({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, ...extra });
  const keys = PrivateKeys.generate("ed25519");
  const client = server.client({ keys });
  const share = crypto.getRandomValues(new Uint8Array(40));
  const receipt = await client.storeShare(share);
  await client.deleteAllShares();
  expect(await outcome(client.retrieveShares([receipt]))).toBe("unknown-receipt");
  await server.kill("SIGTERM");
  return { log: server.log(), secrets: [share, receipt.data, client.identity.xid.data, keys.signing.data] };
}

test("each request is a span with its function and outcome, and its call of the store one inside it", async () => {
  const { secrets } = await trace({ OTEL_SERVICE_NAME: "shares of a test" });
  expect(new Set(received.map(({ path }) => path))).toEqual(new Set(["/v1/traces"]));
  const resource = valuesOf(received[0]?.body.resourceSpans[0]?.resource.attributes ?? []);
  expect(resource).toMatchObject({
    "service.name": "shares of a test",
    "service.version": expect.anything(),
  });
  const text = JSON.stringify(received);
  for (const secret of secrets) expect(traceOf(secret, text)).toBeUndefined();

  const spans = spansReceived();
  const requests = spans.filter(({ kind }) => kind === SERVER);
  expect(
    requests.map(({ name, attributes }) => [name, valuesOf(attributes)["share_server.outcome"]]),
  ).toEqual([
    ["storeShare", "ok"],
    ["deleteShares", "ok"],
    ["retrieveShares", "unknown-receipt"],
  ]);
  for (const { attributes, parentSpanId } of requests) {
    expect(parentSpanId).toBeUndefined();
    expect(valuesOf(attributes)).toEqual({
      "http.request.method": "POST",
      "http.response.status_code": 200,
      "share_server.request_id": expect.stringMatching(/^[0-9a-f]{16}$/),
      "share_server.function": expect.any(String),
      "share_server.outcome": expect.any(String),
    });
  }
  const calls = spans.filter(({ kind }) => kind === CLIENT);
  expect(calls.map(({ name }) => name)).toEqual(["store_share", "delete_shares", "retrieve_shares"]);
  expect(calls.map(({ traceId, parentSpanId }) => [traceId, parentSpanId])).toEqual(
    requests.map(({ traceId, spanId }) => [traceId, spanId]),
  );
});

test("a collector that takes no traces is told of in the log, and no secret with it", async () => {
  const headers = { OTEL_EXPORTER_OTLP_HEADERS: "authorization=Bearer%20hidden" };
  const { log } = await trace({ OTEL_EXPORTER_OTLP_ENDPOINT: `${endpoint}${REFUSING}`, ...headers });
  expect(log.match(/"reason":"HTTP status 401","spans":\d+,"msg":"traces were not sent"/g)).toHaveLength(1);
  expect(log).not.toMatch(/hidden|secret/);
  expect(received).toEqual([]);
});

test("the standard variables sample, and turn traces off", async () => {
  await trace({ OTEL_TRACES_SAMPLER: "traceidratio", OTEL_TRACES_SAMPLER_ARG: "0" });
  expect(spansReceived()).toEqual([]);
  expect(wantsTraces({})).toBe(false);
  const on = { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint };
  expect(wantsTraces(on)).toBe(true);
  expect(wantsTraces({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${endpoint}/v1/traces` })).toBe(true);
  expect(wantsTraces({ ...on, OTEL_SDK_DISABLED: "true" })).toBe(false);
  expect(wantsTraces({ ...on, OTEL_TRACES_EXPORTER: "none" })).toBe(false);
  expect(wantsTraces({ OTEL_EXPORTER_OTLP_ENDPOINT: "" })).toBe(false);
});
