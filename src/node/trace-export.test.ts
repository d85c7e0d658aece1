import type { SpanExporter } from "@opentelemetry/sdk-trace-base";
import { expect, test } from "vitest";
import type { Log } from "../service/index.ts";
import { tellingExporter } from "./trace-export.ts";

type Result = Parameters<Parameters<SpanExporter["export"]>[1]>[0];

function setUp(result: Result) {
  const lines: object[] = [];
  const log = { warn: (fields: object) => void lines.push(fields) } as unknown as Log;
  let time = 0;
  const exporter: SpanExporter = {
    export: (_spans, done) => done(result),
    shutdown: () => Promise.resolve(),
  };
  const telling = tellingExporter(exporter, log, () => time);
  const sent: Result[] = [];
  return {
    lines,
    sent,
    send: (spans: number, at: number) => {
      time = at;
      telling.export(new Array(spans), (given) => void sent.push(given));
    },
  };
}

test("failures are told once a minute at most, with what was lost since", () => {
  const failure = { code: 1, error: Object.assign(new Error("Bearer secret"), { code: 401 }) };
  const { lines, sent, send } = setUp(failure);
  send(3, 0);
  send(2, 1_000);
  send(1, 59_999);
  expect(lines).toEqual([{ reason: "HTTP status 401", spans: 3 }]);
  send(4, 60_000);
  expect(lines.slice(1)).toEqual([{ reason: "HTTP status 401", spans: 7 }]);
  expect(sent).toEqual([failure, failure, failure, failure]);
});

test.each([
  [Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" }), "ECONNREFUSED"],
  [new Error("Export failed with retryable status"), "no success in time"],
  [undefined, "no success in time"],
])("tells the code of %s", (error, reason) => {
  const { lines, send } = setUp({ code: 1, ...(error !== undefined && { error }) });
  send(1, 0);
  expect(lines).toEqual([{ reason, spans: 1 }]);
});

test("says nothing of what was sent", () => {
  const { lines, send } = setUp({ code: 0 });
  send(1, 0);
  expect(lines).toEqual([]);
});
