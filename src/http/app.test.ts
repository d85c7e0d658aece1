import { Envelope } from "@bc/envelope";
import { serverFromUR } from "@bc/share-client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bytesToHex } from "#bc/dcbor";
import { server } from "../../test/kit/people.ts";
import {
  createTestService,
  MAX_REQUEST_BYTES,
  openTestDatabase,
  type TestService,
} from "../../test/kit/service.ts";
import { FUNCTION_SET } from "../store/schema.ts";
import { StoreError } from "../store/sql.ts";

const database = await openTestDatabase();
const service = await createTestService(database.sql);
afterAll(() => database.close());

describe("GET", () => {
  let text: string;
  beforeAll(async () => {
    text = await (await service.app.request("/")).text();
  });

  test("/ gives the server's document as text, or as CBOR", async () => {
    expect((await serverFromUR(text)).xid.equals(server.xid)).toBe(true);
    const response = await service.app.request("/", { headers: { accept: "application/cbor" } });
    expect(response.headers.get("content-type")).toBe("application/cbor");
    const bytes = new Uint8Array(await response.arrayBuffer());
    expect(bytesToHex(bytes).startsWith("d99c58d8c8")).toBe(true);
    expect(Envelope.fromCborData(bytes.slice(3)).isIdenticalTo(server.document)).toBe(true);
  });

  test("/info tells what the server does and takes", async () => {
    expect(await (await service.app.request("/info")).json()).toMatchObject({
      name: "share-server",
      xid: server.xid.hex(),
      functions: expect.arrayContaining(["storeShare", "retrieveShares"]),
      limits: { maxRequestBytes: MAX_REQUEST_BYTES, maxShareBytes: 10_000, maxShares: 1_000 },
      window: { maxAge: 86_400, maxAhead: 300 },
    });
  });

  test("/health does without the store, /ready does not", async () => {
    const down = await createTestService(async () => {
      throw new StoreError("unavailable", "connection lost");
    });
    const statuses = async ({ app }: TestService) =>
      Promise.all(["/health", "/ready"].map(async (path) => (await app.request(path)).status));
    expect(await statuses(service)).toEqual([200, 200]);
    expect(await statuses(down)).toEqual([200, 503]);
  });

  test("/ready says no to a schema that this program does not know", async () => {
    await database.sql("update store.function_set set checksum = 'another program''s' where is_current", []);
    try {
      service.clock.now = new Date(service.clock.now.getTime() + 1_000);
      expect((await service.app.request("/ready")).status).toBe(503);
    } finally {
      await database.sql("update store.function_set set checksum = $1", [FUNCTION_SET]);
    }
    service.clock.now = new Date(service.clock.now.getTime() + 1_000);
    expect((await service.app.request("/ready")).status).toBe(200);
  });

  test("/ready asks the database once a second, however often it is asked itself", async () => {
    let statements = 0;
    const counting = await createTestService((text, params) => {
      statements += 1;
      return database.sql(text, params);
    });
    expect((await counting.app.request("/ready")).status).toBe(200);
    const once = statements;
    for (let i = 0; i < 20; i++) expect((await counting.app.request("/ready")).status).toBe(200);
    expect(statements).toBe(once);
    counting.clock.now = new Date(counting.clock.now.getTime() + 1_000);
    expect((await counting.app.request("/ready")).status).toBe(200);
    expect(statements).toBe(2 * once);
  });

  test("anything else is not found", async () => {
    for (const path of ["/nothing", "/../etc/passwd", "/info/", "//"]) {
      const response = await service.app.request(path);
      expect([path, response.status, await response.text()]).toEqual([path, 404, "not found"]);
    }
    expect((await service.app.request("/", { method: "PUT" })).status).toBe(404);
  });
});

describe("every answer", () => {
  test.each([
    ["a document", "/", 200],
    ["a wrong path", "/nothing", 404],
  ])("may be read by any page, and kept by nobody: %s", async (_name, path, status) => {
    const response = await service.app.request(path, { headers: { origin: "https://wallet.example" } });
    expect(response.status).toBe(status);
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(response.headers.get("cache-control")).toBe("no-store");
  });

  test("a page may ask beforehand whether it may post CBOR", async () => {
    const response = await service.app.request("/", {
      method: "OPTIONS",
      headers: {
        origin: "https://wallet.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type",
      },
    });
    expect(response.status).toBe(204);
    expect(response.headers.get("access-control-allow-methods")).toContain("POST");
    expect(response.headers.get("access-control-allow-headers")).toContain("content-type");
  });
});

test("the confirmation page counts as well, since each look at it is one at the database", async () => {
  const limited = await createTestService(database.sql, { http: { requestsPerSecond: 1 } });
  const look = () => limited.app.request("/verify?token=none");
  for (let i = 0; i < 5; i++) expect((await look()).status).toBe(404);
  const refusedLook = await look();
  expect([refusedLook.status, refusedLook.headers.get("retry-after")]).toEqual([429, "1"]);
  expect((await limited.app.request("/verify", { method: "POST" })).status).toBe(429);
});
