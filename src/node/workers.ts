/**
 * Several processes that share the port. This one does not listen: it starts the workers, replaces those that die,
 * passes a stop on to them, and adds up the metrics of all when a client asks one worker for them.
 */
import cluster, { type Worker } from "node:cluster";
import { AggregatorRegistry, type Registry } from "prom-client";
import type { Log } from "../service/index.ts";

/** Milliseconds before this process replaces a dead worker. Without a delay, workers that die at start busy a core. */
const REPLACE_DELAY = 1_000;
/** Milliseconds that a worker gets to stop: half a second more than it gives itself, less than `docker stop` gives. */
const STOP_PATIENCE = 9_500;

const METRICS_PLEASE = "share-server:metrics?";
const METRICS = "share-server:metrics";
const MISTAKE = "share-server:mistake";

export type Workers = {
  /** Resolves when all have ended. */
  readonly stop: () => Promise<void>;
};

export type WorkersEvents = {
  /** Called once, when all workers listen. */
  readonly onListening: (port: number) => void;
  /** Called when a worker can't start because of the operator's mistake. */
  readonly onMistake: (text: string) => void;
  /** Called when a worker ends before all have listened. If a mistake was the cause, `onMistake` was called before. */
  readonly onFailed: () => void;
};

export function startWorkers(
  count: number,
  log: Log,
  { onListening, onMistake, onFailed }: WorkersEvents,
): Workers {
  // By default this process takes each connection and hands it to a worker. If that worker is killed just then, the
  // connection stays open without an answer. So all workers wait at the one socket, and a free one takes the next
  // connection.
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  const registry = new AggregatorRegistry();
  let listening = 0;
  let stopping = false;

  const giveUp = () => {
    // A worker that is left alive would find this process gone, and fill the log with complaints.
    for (const worker of running()) worker.process.kill("SIGKILL");
    onFailed();
  };
  const replace = () => {
    if (!stopping) cluster.fork();
  };
  cluster.on("listening", (_worker, { port }) => {
    listening += 1;
    if (listening === count) onListening(port);
  });
  cluster.on("exit", (worker, code, signal) => {
    if (stopping) return;
    if (listening < count) return afterItsMessages(worker, giveUp);
    log.error({ pid: worker.process.pid, code, signal }, "a worker ended, and is replaced");
    setTimeout(replace, REPLACE_DELAY);
  });
  cluster.on("message", (worker, message) => {
    if (message === METRICS_PLEASE) void answer(worker, () => registry.clusterMetrics());
    if (!isText(message, MISTAKE)) return;
    onMistake(message.text);
    // The other workers would report the same mistake.
    if (listening < count) giveUp();
  });
  for (let index = 0; index < count; index++) cluster.fork();

  return {
    stop: async () => {
      stopping = true;
      await Promise.all(running().map((worker) => ended(worker, log)));
    },
  };
}

function running(): readonly Worker[] {
  return Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
}

function ended({ process: worker }: Worker, log: Log): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      log.error({ pid: worker.pid }, "a worker hangs, and is killed");
      worker.kill("SIGKILL");
    }, STOP_PATIENCE);
    worker.once("exit", () => {
      clearTimeout(timer);
      resolve();
    });
    worker.kill("SIGTERM");
  });
}

/** The last message of a worker may arrive after the event of its end. */
function afterItsMessages(worker: Worker, then: () => void): void {
  if (worker.isConnected()) worker.once("disconnect", then);
  else then();
}

/** In a worker: hands the mistake to the process that started it, which tells the operator once for all workers. */
export function passMistakeOn(text: string): Promise<void> {
  return new Promise((resolve) => {
    process.send?.({ type: MISTAKE, text }, undefined, undefined, () => resolve());
  });
}

async function answer(worker: Worker, read: () => Promise<string>): Promise<void> {
  // Reading fails when a worker hangs or dies meanwhile. An empty page is better than sums that lack its numbers.
  const text = await read().catch(() => "");
  if (worker.isConnected()) worker.send({ type: METRICS, text });
}

/** In a worker: shares its metrics. @returns what reads the sums over all workers. */
export function shareMetrics(registry: Registry): () => Promise<string> {
  AggregatorRegistry.setRegistries(registry);
  // The constructor sets up a listener: it answers when the starting process asks for this worker's metrics.
  new AggregatorRegistry();
  return metricsOfAll;
}

function metricsOfAll(): Promise<string> {
  return new Promise((resolve) => {
    const listen = (message: unknown) => {
      if (!isText(message, METRICS)) return;
      process.off("message", listen);
      resolve(message.text);
    };
    process.on("message", listen);
    process.send?.(METRICS_PLEASE);
  });
}

function isText(message: unknown, type: string): message is { readonly text: string } {
  return typeof message === "object" && message !== null && "type" in message && message.type === type;
}
