/** Tells when traces do not get to their collector. OpenTelemetry itself says nothing of it. */
import type { SpanExporter } from "@opentelemetry/sdk-trace-base";
import type { Log } from "../service/index.ts";

/** Milliseconds between two lines about it. */
const INTERVAL = 60_000;

/**
 * The same exporter, whose failures are logged, once a minute at most, with how many spans were lost since the line before.
 *
 * @param clock milliseconds.
 */
export function tellingExporter(exporter: SpanExporter, log: Log, clock: () => number): SpanExporter {
  let [lost, told] = [0, Number.NEGATIVE_INFINITY];
  const failed = (spans: number, error: Error | undefined) => {
    lost += spans;
    if (clock() - told < INTERVAL) return;
    log.warn({ reason: reasonOf(error), spans: lost }, "traces were not sent");
    [lost, told] = [0, clock()];
  };
  return {
    export: (spans, done) => {
      exporter.export(spans, (result) => {
        // 0: it has them.
        if (result.code !== 0) failed(spans.length, result.error);
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
    ...(exporter.forceFlush !== undefined && {
      forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
    }),
  };
}

/** A status of HTTP or the system's code. The collector's own words may quote what it was sent, headers among it. */
function reasonOf(error: (Error & { readonly code?: unknown }) | undefined): string {
  const code = error?.code;
  if (typeof code === "number") return `HTTP status ${code}`;
  return typeof code === "string" ? code : "no success in time";
}
