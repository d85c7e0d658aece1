/** Metrics that are looked up when they are read: how often the database is asked, and what is told while it is away. */
import { Registry } from "prom-client";
import { expect, test, vi } from "vitest";
import type { Sql } from "../store/sql.ts";
import { countWaits, watchDatabase, watchFreeDisk, watchPool } from "./gauges.ts";

const ROWS = [
  { measure: "messages_waiting", label: "transfer", value: 3 },
  { measure: "messages_waiting", label: "notice", value: 0 },
  { measure: "oldest_message_seconds", label: "transfer", value: 61.5 },
  { measure: "table_rows", label: "share", value: 7 },
  { measure: "table_bytes", label: "share", value: 8192 },
  { measure: "full", label: "", value: 1 },
];

/** The samples, without what explains them. */
async function read(registry: Registry): Promise<readonly string[]> {
  return (await registry.metrics()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

test("what the database tells is shown with its labels, and what it does not tell is missing", async () => {
  const registry = new Registry();
  watchDatabase(registry, (async () => ROWS) as Sql, () => new Date());
  expect(await read(registry)).toEqual([
    'share_server_messages_waiting{class="transfer"} 3',
    'share_server_messages_waiting{class="notice"} 0',
    'share_server_oldest_message_seconds{class="transfer"} 61.5',
    'share_server_table_rows{table="share"} 7',
    'share_server_table_bytes{table="share"} 8192',
    "share_server_full 1",
  ]);
});

test("one question answers all metrics, and all readers of ten seconds", async () => {
  const registry = new Registry();
  let rows = ROWS;
  const ask = vi.fn(async () => rows);
  const clock = vi.spyOn(performance, "now").mockReturnValue(1_000_000);
  try {
    watchDatabase(registry, ask as unknown as Sql, () => new Date());
    const before = await read(registry);
    rows = [];
    clock.mockReturnValue(1_009_999);
    expect(await read(registry)).toEqual(before);
    expect(ask).toHaveBeenCalledTimes(1);
    clock.mockReturnValue(1_010_000);
    expect(await read(registry)).toEqual([]);
    expect(ask).toHaveBeenCalledTimes(2);
  } finally {
    clock.mockRestore();
  }
});

test("while the database fails, or does not answer, the other metrics are there", async () => {
  for (const away of [() => Promise.reject(new Error("away")), () => new Promise<never>(() => {})]) {
    const registry = new Registry();
    watchDatabase(registry, away as Sql, () => new Date());
    watchFreeDisk(registry, () => 12);
    expect(await read(registry)).toEqual(["share_server_disk_free_bytes 12"]);
  }
});

test("connections are told as they are, and waits in seconds", async () => {
  const registry = new Registry();
  let state = { total: 5, idle: 2, waiting: 0 };
  watchPool(registry, () => state);
  const waits = countWaits(registry);
  waits.connection.waited(20);
  waits.statement.waited(1.5);
  waits.statement.waited(2.5);
  state = { total: 4, idle: 0, waiting: 9 };
  const samples = await read(registry);
  expect(samples).toEqual(
    expect.arrayContaining([
      'share_server_database_connections{state="busy"} 4',
      'share_server_database_connections{state="idle"} 0',
      "share_server_database_connection_waiting 9",
      'share_server_database_wait_seconds_sum{for="connection"} 0.02',
      'share_server_database_wait_seconds_sum{for="statement"} 0.004',
      'share_server_database_wait_seconds_bucket{le="0.01",for="connection"} 0',
      'share_server_database_wait_seconds_bucket{le="0.05",for="connection"} 1',
    ]),
  );
});
