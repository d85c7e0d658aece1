/**
 * What operators watch, in Prometheus's text format: requests by function and outcome, how long they took, failures
 * of the store, messages to contacts, and the process itself. Every label is one of a few fixed words, so the metrics
 * tell of no account.
 *
 * `GET /metrics` is for the operator's network. It alone is closed to other web pages, and a proxy in front of the
 * server should not pass it on.
 */
import { Hono } from "hono";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Answer } from "../service/index.ts";

/** Seconds. An answer takes a few milliseconds; what takes longer than the store's timeout never ends well. */
const DURATION_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Beyond so many the number says no more. */
const MAX_DAMAGED = 10_000;

export type Metrics = {
  readonly registry: Registry;
  /** Starts the clock for a request. The caller passes the answer to the returned function, which stops it. */
  readonly requestBegins: () => (answer: Answer) => void;
  readonly storeFailed: () => void;
  readonly messageTried: (outcome: "sent" | "failed") => void;
  /** @param messages so many will never be sent. */
  readonly messagesGivenUp: (messages: number) => void;
  readonly messageLimitReached: () => void;
  /** @param share its name in the log. */
  readonly damagedShareMet: (share: string) => void;
};

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const requests = new Counter({
    name: "share_server_requests_total",
    help: "Answered envelopes by function and outcome: ok, or the code of the refusal.",
    labelNames: ["function", "outcome"],
    registers,
  });
  const durations = new Histogram({
    name: "share_server_request_duration_seconds",
    help: "From the envelope's arrival to its answer.",
    labelNames: ["function"],
    buckets: DURATION_BUCKETS,
    registers,
  });
  const storeFailures = new Counter({
    name: "share_server_store_failures_total",
    help: "Calls that the database did not answer as it should.",
    registers,
  });
  const messages = new Counter({
    name: "share_server_messages_total",
    help: "Attempts to hand a message for a contact to a channel: sent or failed.",
    labelNames: ["outcome"],
    registers,
  });
  const givenUp = new Counter({
    name: "share_server_messages_given_up_total",
    help: "Messages to contacts that were never sent: their channel refused them for good, or they were too old.",
    registers,
  });
  const messageLimits = new Counter({
    name: "share_server_message_limit_reached_total",
    help: "Times that messages were claimed and others had to wait, since the hour has had MAX_MESSAGES or half of them.",
    registers,
  });
  const damaged = new Set<string>();
  const damagedShares = new Gauge({
    name: "share_server_damaged_shares",
    help: "Damaged shares that the process has met since it started, each counted once.",
    registers,
  });
  return {
    registry,
    requestBegins: () => {
      const elapsed = durations.startTimer();
      return ({ operation, refused }) => {
        // Without an operation: the service refused the request before it knew the function.
        const named = operation ?? "none";
        requests.inc({ function: named, outcome: refused ?? "ok" });
        elapsed({ function: named });
      };
    },
    storeFailed: () => storeFailures.inc(),
    messageTried: (outcome) => messages.inc({ outcome }),
    messagesGivenUp: (messages) => givenUp.inc(messages),
    messageLimitReached: () => messageLimits.inc(),
    damagedShareMet: (share) => {
      if (damaged.size < MAX_DAMAGED) damaged.add(share);
      damagedShares.set(damaged.size);
    },
  };
}

/** `GET /metrics`. @param read gives the text. With several processes it adds up what all of them count. */
export function metricsPage(read: () => Promise<string>): Hono {
  const page = new Hono();
  page.get("/", async (c) => {
    return c.body(await read(), 200, {
      "Content-Type": Registry.PROMETHEUS_CONTENT_TYPE,
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
    });
  });
  // Before the app's CORS: no other web page may learn that there is anything.
  page.all("/", (c) =>
    c.text("method not allowed", 405, { Allow: "GET, HEAD", "Cache-Control": "no-store" }),
  );
  return page;
}
