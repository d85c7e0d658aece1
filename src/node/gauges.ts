/**
 * Metrics that are looked up when somebody reads them: of the database, of its connections, and of the disk.
 *
 * A process asks the database at most once in ten seconds, however often it is read. While the database does not answer, its
 * metrics are missing and all others are there. Each process of several tells the same of the database: so the largest value
 * counts there, and their sum of connections.
 */
import { setTimeout as pass } from "node:timers/promises";
import { Gauge, Histogram, type Registry } from "prom-client";
import { type Measure, type MeasureName, measuresOf } from "../store/measures.ts";
import type { Sql } from "../store/sql.ts";
import type { WaitWatch } from "../store/wait-watch.ts";

/** Milliseconds between two questions to the database. */
const INTERVAL = 10_000;
/** Milliseconds that a reader waits for the database. */
const PATIENCE = 2_000;

const OF_DATABASE = {
  messages_waiting: [
    "share_server_messages_waiting",
    "Messages to contacts that wait to be sent.",
    ["class"],
  ],
  oldest_message_seconds: [
    "share_server_oldest_message_seconds",
    "Age of the oldest message that waits.",
    ["class"],
  ],
  table_rows: ["share_server_table_rows", "Rows by table, as the database estimated them last.", ["table"]],
  table_bytes: ["share_server_table_bytes", "Bytes by table, with its indexes.", ["table"]],
  last_prune: [
    "share_server_last_prune_timestamp_seconds",
    "When a server last forgot what is over, in seconds since 1970.",
    [],
  ],
  last_check: [
    "share_server_last_check_timestamp_seconds",
    "When all shares had last been read, in seconds since 1970; 0: never.",
    [],
  ],
  damaged_shares: [
    "share_server_check_damaged_shares",
    "Damaged shares that were found when all shares were last read.",
    [],
  ],
  full: ["share_server_full", "1 while new accounts and new shares are refused for want of room.", []],
} as const satisfies Record<MeasureName, readonly [name: string, help: string, labels: readonly string[]]>;

/** @param now the clock for the age of messages. */
export function watchDatabase(registry: Registry, sql: Sql, now: () => Date): void {
  const look = atMostEvery(INTERVAL, () => measuresOf(sql, now()));
  for (const [measure, [name, help, labelNames]] of Object.entries(OF_DATABASE)) {
    const gauge: Gauge = new Gauge<string>({
      name,
      help,
      labelNames: [...labelNames],
      registers: [registry],
      aggregator: "max",
      collect: async () => {
        const measures = await look();
        if (labelNames.length > 0) gauge.reset();
        else gauge.remove();
        for (const found of measures) {
          if (found.measure !== measure) continue;
          if (labelNames[0] === undefined) gauge.set(found.value);
          else gauge.set({ [labelNames[0]]: found.label }, found.value);
        }
      },
    });
  }
}

/** Nothing, while the answer takes too long or fails. */
function atMostEvery(
  interval: number,
  ask: () => Promise<readonly Measure[]>,
): () => Promise<readonly Measure[]> {
  let asked = Number.NEGATIVE_INFINITY;
  let answer: Promise<readonly Measure[]> = Promise.resolve([]);
  return () => {
    const now = performance.now();
    if (now - asked >= interval) {
      asked = now;
      answer = Promise.race([ask(), pass(PATIENCE, [], { ref: false })]).catch(() => []);
    }
    return answer;
  };
}

/** @param freeBytes of the disk that the embedded database is on. */
export function watchFreeDisk(registry: Registry, freeBytes: () => number): void {
  const gauge: Gauge = new Gauge({
    name: "share_server_disk_free_bytes",
    help: "Free room on the disk of DATA_DIR, where the embedded database is.",
    registers: [registry],
    aggregator: "min",
    collect: () => gauge.set(freeBytes()),
  });
}

export type PoolState = {
  /** Connections that there are, those of them that nobody uses, and calls that wait for one. */
  readonly total: number;
  readonly idle: number;
  readonly waiting: number;
};

export function watchPool(registry: Registry, state: () => PoolState): void {
  const connections: Gauge<"state"> = new Gauge({
    name: "share_server_database_connections",
    help: "Connections to the database, by state: busy or idle.",
    labelNames: ["state"],
    registers: [registry],
    collect: () => {
      const { total, idle } = state();
      connections.set({ state: "busy" }, total - idle);
      connections.set({ state: "idle" }, idle);
    },
  });
  const waiting: Gauge = new Gauge({
    name: "share_server_database_connection_waiting",
    help: "Calls that wait for a connection to the database.",
    registers: [registry],
    collect: () => waiting.set(state().waiting),
  });
}

/** Seconds. Most wait for nothing. */
const WAIT_BUCKETS = [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5];

/** What calls wait for before the database sees them. */
export type Waits = {
  readonly connection: WaitWatch;
  /** Calls of one kind go together: for the statement before theirs. */
  readonly statement: WaitWatch;
};

export function countWaits(registry: Registry): Waits {
  const histogram = new Histogram({
    name: "share_server_database_wait_seconds",
    help: "How long calls waited before the database saw them: for a connection, or for the statement before theirs.",
    labelNames: ["for"],
    buckets: WAIT_BUCKETS,
    registers: [registry],
  });
  const watch = (what: keyof Waits): WaitWatch => ({
    clock: () => performance.now(),
    waited: (milliseconds) => histogram.observe({ for: what }, milliseconds / 1_000),
  });
  return { connection: watch("connection"), statement: watch("statement") };
}
