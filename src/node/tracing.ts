/**
 * Traces by OpenTelemetry: a span for each `POST /`, with the function and what became of it, and inside it one for each call of
 * the store.
 *
 * The standard environment variables turn them on and set them up: `OTEL_EXPORTER_OTLP_ENDPOINT` or
 * `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT` first of all. Without one of the two nothing of OpenTelemetry is loaded. Spans go to the
 * collector by OTLP over HTTP, in JSON.
 *
 * No span names an account, a network or anything that a request holds. Callers are strangers, so a trace begins here: the header
 * `traceparent` is not read.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import type { Span, Tracer } from "@opentelemetry/api";
import project from "../../package.json" with { type: "json" };
import type { Exchange } from "../http/exchange.ts";
import type { Answer, Log } from "../service/index.ts";
import type { Sql, SqlValue } from "../store/sql.ts";
import { tellingExporter } from "./trace-export.ts";

type Environment = Readonly<Record<string, string | undefined>>;

export type Tracing = {
  /** The same, with a span for each request. */
  readonly traced: (post: Exchange["post"]) => Exchange["post"];
  /** Tells the span of the request under way what it was about. */
  readonly onAnswer: (answer: Answer) => void;
  /** The same database, with a span for each call that a request makes. */
  readonly tracedSql: (sql: Sql) => Sql;
  /** Sends what is left. */
  readonly stop: () => Promise<void>;
};

/** Whether the environment names a collector, and does not turn traces off. */
export function wantsTraces(environment: Environment): boolean {
  const { OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT } = environment;
  const { OTEL_SDK_DISABLED = "", OTEL_TRACES_EXPORTER = "otlp" } = environment;
  return (
    Boolean(OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || OTEL_EXPORTER_OTLP_ENDPOINT) &&
    OTEL_SDK_DISABLED.toLowerCase() !== "true" &&
    OTEL_TRACES_EXPORTER === "otlp"
  );
}

/** Undefined: no traces are wanted. The library reads its variables from the process's own environment. */
export async function openTracing(environment: Environment, log: Log): Promise<Tracing | undefined> {
  if (!wantsTraces(environment)) return undefined;
  const [api, sdk, { OTLPTraceExporter }, resources] = await Promise.all([
    import("@opentelemetry/api"),
    import("@opentelemetry/sdk-trace-base"),
    import("@opentelemetry/exporter-trace-otlp-http"),
    import("@opentelemetry/resources"),
  ]);
  const named = resources.resourceFromAttributes({
    "service.name": project.name,
    "service.version": project.version,
  });
  const given = resources.detectResources({ detectors: [resources.envDetector] });
  const exporter = tellingExporter(new OTLPTraceExporter(), log, () => performance.now());
  const provider = new sdk.BasicTracerProvider({
    resource: resources.defaultResource().merge(named).merge(given),
    spanProcessors: [new sdk.BatchSpanProcessor(exporter)],
  });
  const tracing = tracingWith(api, provider.getTracer(project.name, project.version));
  return { ...tracing, stop: () => provider.shutdown() };
}

function tracingWith(api: typeof import("@opentelemetry/api"), tracer: Tracer): Omit<Tracing, "stop"> {
  const underWay = new AsyncLocalStorage<Span>();
  const failed = { code: api.SpanStatusCode.ERROR };

  const traced: Tracing["traced"] = (post) => (request) => {
    const attributes = { "http.request.method": "POST", "share_server.request_id": request.requestId };
    const span = tracer.startSpan("POST /", { kind: api.SpanKind.SERVER, attributes }, api.ROOT_CONTEXT);
    return underWay.run(span, async () => {
      try {
        const answer = await post(request);
        span.setAttribute("http.response.status_code", answer.status);
        if (answer.status >= 500) span.setStatus(failed);
        return answer;
      } catch (error) {
        // Most often the client has left. Errors may quote what they are about, so the span tells none.
        span.setStatus(failed);
        throw error;
      } finally {
        span.end();
      }
    });
  };

  const onAnswer: Tracing["onAnswer"] = ({ operation, refused }) => {
    const span = underWay.getStore();
    if (operation !== undefined) span?.updateName(operation).setAttribute("share_server.function", operation);
    span?.setAttribute("share_server.outcome", refused ?? "ok");
    if (refused === "internal") span?.setStatus(failed);
  };

  const tracedSql: Tracing["tracedSql"] = (sql) => {
    return async <Row>(text: string, params: readonly SqlValue[]) => {
      const parent = underWay.getStore();
      if (parent === undefined) return sql<Row>(text, params);
      const operation = /\bstore\.(\w+)\(/.exec(text)?.[1] ?? "statement";
      const attributes = { "db.system.name": "postgresql", "db.operation.name": operation };
      const context = api.trace.setSpan(api.ROOT_CONTEXT, parent);
      const span = tracer.startSpan(operation, { kind: api.SpanKind.CLIENT, attributes }, context);
      try {
        return await sql<Row>(text, params);
      } catch (error) {
        span.setStatus(failed);
        throw error;
      } finally {
        span.end();
      }
    };
  };

  return { traced, onAnswer, tracedSql };
}
