/**
 * Several processes that share the port. This one listens to nothing: it starts the others, replaces those that
 * die, passes a stop on to them, and adds up their metrics when one is asked for them.
 */
import cluster, { type Worker } from "node:cluster";
import { AggregatorRegistry, type Registry } from "prom-client";
import type { Log } from "../service/index.ts";

/** Milliseconds before a process that died is replaced, so that one that can't live does not take all the time. */
const REPLACE_DELAY = 1_000;

const METRICS_PLEASE = "share-server:metrics?";
const METRICS = "share-server:metrics";

export type Workers = {
  /** Resolves when all have ended. */
  readonly stop: () => Promise<void>;
};

/**
 * @param onListening called once, when all of them listen.
 * @param onFailed called when one ends before all have ever listened; it has said why.
 */
export function startWorkers(
  count: number,
  log: Log,
  { onListening, onFailed }: { onListening: (port: number) => void; onFailed: () => void },
): Workers {
  const registry = new AggregatorRegistry();
  let listening = 0;
  let stopping = false;

  const replace = () => {
    if (!stopping) cluster.fork();
  };
  cluster.on("listening", (_worker, { port }) => {
    listening += 1;
    if (listening === count) onListening(port);
  });
  cluster.on("exit", ({ process: { pid } }, code, signal) => {
    if (stopping) return;
    if (listening < count) return onFailed();
    log.error({ pid, code, signal }, "a worker ended, and is replaced");
    setTimeout(replace, REPLACE_DELAY);
  });
  cluster.on("message", (worker, message) => {
    if (message === METRICS_PLEASE) void answer(worker, () => registry.clusterMetrics());
  });
  for (let index = 0; index < count; index++) cluster.fork();

  return {
    stop: async () => {
      stopping = true;
      const workers = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
      await Promise.all(workers.map(ended));
    },
  };
}

function ended(worker: Worker): Promise<void> {
  return new Promise((resolve) => {
    worker.once("exit", () => resolve());
    worker.process.kill("SIGTERM");
  });
}

async function answer(worker: Worker, read: () => Promise<string>): Promise<void> {
  // One that hangs or dies meanwhile does not answer: better none than those of the others for all.
  const text = await read().catch(() => "");
  if (worker.isConnected()) worker.send({ type: METRICS, text });
}

/** In a worker: shares its metrics with the others. @returns what reads those of all together. */
export function shareMetrics(registry: Registry): () => Promise<string> {
  AggregatorRegistry.setRegistries(registry);
  // Made for its listener, which gives this worker's metrics to the process that adds them up.
  new AggregatorRegistry();
  return metricsOfAll;
}

function metricsOfAll(): Promise<string> {
  return new Promise((resolve) => {
    const listen = (message: unknown) => {
      if (!isMetrics(message)) return;
      process.off("message", listen);
      resolve(message.text);
    };
    process.on("message", listen);
    process.send?.(METRICS_PLEASE);
  });
}

function isMetrics(message: unknown): message is { readonly text: string } {
  return typeof message === "object" && message !== null && "type" in message && message.type === METRICS;
}
