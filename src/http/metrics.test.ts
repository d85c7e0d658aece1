/** What `/metrics` tells operators, and that it tells nothing of accounts. */

import { PrivateKeys } from "@bc/envelope";
import { afterAll, expect, test } from "vitest";
import { bytesToHex } from "#bc/dcbor";
import { createTestService, openTestDatabase } from "../../test/kit/service.ts";
import { countedChannel, countedSql } from "../server/counted.ts";
import { StoreError } from "../store/sql.ts";
import { createMetrics, metricsPage } from "./metrics.ts";

const database = await openTestDatabase();
afterAll(() => database.close());

async function measuredService() {
  const metrics = createMetrics();
  let broken = false;
  const sql = countedSql(async (text, params) => {
    if (broken) throw new StoreError("unavailable", "away");
    return database.sql<never>(text, params);
  }, metrics);
  const page = metricsPage(() => metrics.registry.metrics());
  const http = { requestBegins: metrics.requestBegins, metricsPage: page };
  const service = await createTestService(sql, { http });
  const read = async () => (await service.app.request("/metrics")).text();
  const breakStore = () => {
    broken = true;
  };
  return { service, metrics, read, breakStore };
}

test.each(["GET", "OPTIONS", "POST"])("%s is closed to other web pages", async (method) => {
  const { service } = await measuredService();
  const headers = { origin: "https://other.example", "access-control-request-method": "GET" };
  const response = await service.app.request("/metrics", { method, headers });
  expect(response.status).toBe(method === "GET" ? 200 : 405);
  expect([...response.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
});

test("requests are counted by function and outcome, and timed", async () => {
  const { service, read, breakStore } = await measuredService();
  const keys = PrivateKeys.generate("ed25519");
  const client = service.client({ keys });
  const receipt = await client.storeShare(new Uint8Array(10));
  await client.retrieveShares();
  await client.deleteAllShares();
  await client.retrieveShares([receipt]).catch(() => undefined);
  await service.app.request("/", { method: "POST", body: "no envelope" });
  breakStore();
  await client.retrieveShares().catch(() => undefined);

  const text = await read();
  const counted = [
    ...text.matchAll(/^share_server_requests_total\{function="(\w+)",outcome="([\w-]+)"\} (\d+)$/gm),
  ];
  expect(counted.map(([, name, outcome, count]) => [name, outcome, Number(count)])).toEqual([
    ["storeShare", "ok", 1],
    ["retrieveShares", "ok", 1],
    ["deleteShares", "ok", 1],
    ["retrieveShares", "unknown-receipt", 1],
    ["none", "malformed", 1],
    // Two, since the client by itself tries a second time.
    ["retrieveShares", "unavailable", 2],
  ]);
  expect(text).toContain('share_server_request_duration_seconds_count{function="retrieveShares"} 4\n');
  expect(text).toContain("share_server_store_failures_total 2\n");
  expect(text).toContain("process_resident_memory_bytes");
  for (const id of [client.identity.xid.data, receipt.data])
    expect(text).not.toContain(bytesToHex(id).slice(0, 8));
});

test("messages are counted as they leave, or don't", async () => {
  const { metrics, read } = await measuredService();
  const outcomes = [true, true, false];
  const channel = countedChannel(
    {
      kinds: ["email"],
      send: async () => {
        if (!outcomes.pop()) throw new Error("refused");
      },
    },
    metrics,
  );
  const send = () => channel.send({} as Parameters<typeof channel.send>[0]);
  await expect(send()).rejects.toThrow("refused");
  await send();
  await send();
  expect(await read()).toMatch(/outcome="failed"\} 1\n.*outcome="sent"\} 2\n/);
});

test("other web pages can't read it, and it can be turned off", async () => {
  const { service } = await measuredService();
  const headers = { Origin: "https://other.example" };
  const answer = await service.app.request("/metrics", { headers });
  expect(answer.headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
  expect(answer.headers.has("access-control-allow-origin")).toBe(false);
  expect((await service.app.request("/info", { headers })).headers.get("access-control-allow-origin")).toBe(
    "*",
  );
  const without = await createTestService(database.sql);
  expect((await without.app.request("/metrics")).status).toBe(404);
});
