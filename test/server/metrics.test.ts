/** What a real server tells at `/metrics`, alone and in several processes; and that dashboard and alerts ask for nothing else. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PrivateKeys } from "@bc/envelope";
import { describe, expect, test, vi } from "vitest";
import { whyNoPostgres } from "../kit/postgres/cluster.ts";
import { createTestDatabase } from "../kit/postgres/database.ts";
import { startServer, type TestServer } from "../kit/spawn-server.ts";

const DEPLOY = join(import.meta.dirname, "../../deploy");

async function metricsOf(server: TestServer): Promise<string> {
  const text = await (await fetch(`${server.url()}/metrics`)).text();
  // A worker that has just started may be missing, and then there is no page.
  if (text === "") throw new Error("no metrics yet");
  return text;
}

function namesIn(text: string): ReadonlySet<string> {
  const names = [...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)].flatMap(([, name = "", type]) =>
    type === "histogram" ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
  );
  return new Set(names);
}

function sampleOf(text: string, sample: string): number {
  const line = text.split("\n").find((it) => it.startsWith(`${sample} `));
  return line === undefined ? Number.NaN : Number(line.slice(sample.length + 1));
}

/** Names of metrics in the expressions of a file. */
function namesAskedIn(file: string): readonly string[] {
  const text = readFileSync(join(DEPLOY, file), "utf8");
  const expressions =
    text.match(file.endsWith(".json") ? /"expr": ".*"/g : /expr: (?:>-(?:\n {10}.*)+|.*)/g) ?? [];
  const names = expressions.join("\n").match(/\b(?:share_server|process|nodejs)_\w+/g) ?? [];
  return [...new Set(names)];
}

const asked = ["grafana-dashboard.json", "prometheus-alerts.yml"].map(
  (file) => [file, namesAskedIn(file)] as const,
);

test("the embedded database, its disk and the waits for it are told, and requests as they were", async () => {
  await using server = await startServer();
  await server.client({ keys: PrivateKeys.generate("ed25519") }).storeShare(new Uint8Array(40));
  const text = await metricsOf(server);
  expect(sampleOf(text, 'share_server_requests_total{function="storeShare",outcome="ok"}')).toBe(1);
  expect(sampleOf(text, "share_server_full")).toBe(0);
  expect(sampleOf(text, "share_server_disk_free_bytes")).toBeGreaterThan(0);
  expect(sampleOf(text, 'share_server_table_bytes{table="share"}')).toBeGreaterThan(8_000);
  expect(sampleOf(text, 'share_server_messages_waiting{class="transfer"}')).toBe(0);
  expect(sampleOf(text, 'share_server_database_wait_seconds_count{for="statement"}')).toBe(1);
  expect(text).not.toMatch(/^share_server_last_prune_timestamp_seconds/m);

  // Of connections only a server on Postgres tells.
  const names = namesIn(text);
  for (const [file, inFile] of asked) {
    const missing = inFile.filter((name) => !names.has(name) && !name.includes("_connection"));
    expect(inFile.length, file).toBeGreaterThan(10);
    expect(missing, file).toEqual([]);
  }
});

const skipped = whyNoPostgres();

describe.skipIf(skipped)(`on Postgres${skipped ? ` (${skipped})` : ""}`, () => {
  test("several processes add up what they count, and tell of the database once", async () => {
    const database = await createTestDatabase();
    const { sql, close } = database.connect("share_owner", 1);
    await using server = await startServer({ DATABASE_URL: database.url("share_server"), WORKERS: "2" });
    const clients = Array.from({ length: 6 }, () => server.client({ keys: PrivateKeys.generate("ed25519") }));
    for (const client of clients) await client.storeShare(new Uint8Array(40));
    const text = await vi.waitFor(() => metricsOf(server));
    expect(sampleOf(text, 'share_server_requests_total{function="storeShare",outcome="ok"}')).toBe(6);
    const [size] = await sql<{ bytes: number }>(
      "select pg_total_relation_size('store.account')::integer as bytes",
      [],
    );
    expect(sampleOf(text, 'share_server_table_bytes{table="account"}')).toBe(size?.bytes);
    expect(sampleOf(text, "share_server_full")).toBe(0);
    expect(sampleOf(text, "share_server_database_connection_waiting")).toBe(0);
    const connections = (state: string) =>
      sampleOf(text, `share_server_database_connections{state="${state}"}`);
    expect(connections("busy") + connections("idle")).toBeGreaterThanOrEqual(2);
    const names = namesIn(text);
    const ofConnections = asked.flatMap(([, inFile]) =>
      inFile.filter((name) => name.includes("_connection")),
    );
    expect(ofConnections.filter((name) => !names.has(name))).toEqual([]);
    expect(new Set(ofConnections).size).toBe(2);
    await close();
  });
});
