/** A database that goes away and comes back, is not there yet, or is not the right one: what users and operators see. */

import { PrivateKeys, randomBytes } from "@bc/envelope";
import { type Client, ClientError } from "@bc/share-client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bytesToHex } from "#bc/dcbor";
import type { PostgresDatabase } from "../../src/store/drivers/postgres.ts";
import { readSchema } from "../../src/store/drivers/schema-files.ts";
import { grantExecution, migrate } from "../../src/store/migrate.ts";
import { SCHEMA_VERSION } from "../../src/store/schema.ts";
import { NOW } from "../kit/people.ts";
import { type Cluster, whyNoPostgres } from "../kit/postgres/cluster.ts";
import {
  createEmptyDatabase,
  createTestDatabase,
  ownCluster,
  type TestDatabase,
} from "../kit/postgres/database.ts";
import { runServer, startServer, type TestServer } from "../kit/spawn-server.ts";

const skipped = whyNoPostgres();
const CLIENTS = 6;
const ENOUGH = 60;

type Seen = { readonly status: number; readonly retryAfter: string | null };

/** A client that also keeps what HTTP said. */
function watchedClient(server: TestServer, seen: Seen[]): Client {
  return server.client({
    keys: PrivateKeys.generate("ed25519"),
    transport: async (request) => {
      const response = await fetch(
        new Request(new URL(new URL(request.url).pathname, server.url()), request),
      );
      seen.push({ status: response.status, retryAfter: response.headers.get("retry-after") });
      return response;
    },
  });
}

async function statusOf(server: TestServer, path: string): Promise<number> {
  return (await fetch(new URL(path, server.url()))).status;
}

/** Resolves when the server says that it is ready. */
async function ready(server: TestServer): Promise<void> {
  while ((await statusOf(server, "/ready")) !== 200);
}

describe.skipIf(skipped)(`a server on Postgres${skipped ? ` (${skipped})` : ""}`, () => {
  let cluster: Cluster;
  let database: TestDatabase;
  let owner: PostgresDatabase;
  beforeAll(async () => {
    cluster = await ownCluster();
    database = await createTestDatabase(cluster);
    owner = database.connect("share_owner", 2);
  });
  afterAll(async () => {
    await owner.close();
    await cluster.remove();
  });

  test("answers 503 while the database is away, loses nothing, and goes on by itself when it is back", async () => {
    await using server = await startServer({ DATABASE_URL: database.url("share_server") });
    let stored = 0;
    let gone = false;
    const enough = Promise.withResolvers<void>();
    const seen: Seen[] = [];

    const wallets = Array.from({ length: CLIENTS }, () => ({
      client: watchedClient(server, seen),
      acknowledged: new Map<string, string>(),
      failed: [] as Uint8Array[],
    }));
    // Each wallet stores until the server has refused it twice, which is after the database went.
    const storing = wallets.map(async ({ client, acknowledged, failed }) => {
      while (failed.length < 2) {
        const data = randomBytes(300);
        try {
          acknowledged.set((await client.storeShare(data)).hex(), bytesToHex(data));
          stored += 1;
          if (stored === ENOUGH) enough.resolve();
        } catch (error) {
          expect(gone).toBe(true);
          expect(error).toBeInstanceOf(ClientError);
          expect(error).toMatchObject({ code: "refused", refusal: { code: "unavailable" } });
          failed.push(data);
        }
      }
    });
    await enough.promise;
    gone = true;
    await cluster.stop("immediate");
    await Promise.all(storing);
    expect(seen).toContainEqual({ status: 503, retryAfter: "5" });
    expect(new Set(seen.map(({ status }) => status))).toEqual(new Set([200, 503]));
    expect(await statusOf(server, "/ready")).toBe(503);
    expect(await statusOf(server, "/health")).toBe(200);

    await cluster.start();
    await ready(server);
    for (const { client, acknowledged, failed } of wallets) {
      // The server may have stored a share that it refused; sent again, the share is there once.
      for (const data of failed) acknowledged.set((await client.storeShare(data)).hex(), bytesToHex(data));
      const shares = await client.retrieveShares();
      expect(new Map(shares.map(({ receipt, data }) => [receipt.hex(), bytesToHex(data)]))).toEqual(
        acknowledged,
      );
    }
    const halfDone = await owner.sql(
      `select from store.account a full join
         (select xid, count(*) as shares, sum(size) as bytes from store.share group by xid) s using (xid)
       where (a.share_count, a.share_bytes) is distinct from (s.shares, s.bytes)`,
      [],
    );
    expect(halfDone).toEqual([]);
    const password = decodeURIComponent(new URL(database.url("share_server")).password);
    expect(server.log()).not.toContain(password);
    expect(server.log()).not.toContain(encodeURIComponent(password));
  });

  test("waits for a database that is not reachable, lets it in, or is not migrated, and says so in a line", async () => {
    const empty = await createEmptyDatabase(cluster);
    const unreachable = empty.url("share_server").replace(/:\d+\//, ":1/");
    const locked = empty.url("share_server").replace(/:[^:@/]+@/, ":other@");
    for (const [url, reason] of [
      [unreachable, "the database cannot be reached: nobody listens at its address"],
      [locked, "the database refuses the user or the password"],
      [
        empty.url("share_server"),
        `the database is not migrated; run \`share-server migrate\`, which brings it to ${SCHEMA_VERSION}`,
      ],
    ] as const) {
      await using server = await startServer({ DATABASE_URL: url });
      expect(
        server
          .log()
          .split("\n")
          .map((line) => (line === "" ? "" : JSON.parse(line))),
      ).toContainEqual(expect.objectContaining({ level: 50, msg: "not ready", reason }));
      expect(await statusOf(server, "/ready")).toBe(503);
      const client = server.client({ keys: PrivateKeys.generate("ed25519") });
      await expect(client.storeShare(randomBytes(3))).rejects.toMatchObject({
        refusal: { code: "unavailable" },
      });

      if (url !== empty.url("share_server")) continue;
      const operator = empty.connect("share_owner", 1);
      await migrate(operator.sql, await readSchema(), NOW);
      await grantExecution(operator.sql, "share_server");
      await operator.close();
      await ready(server);
      await client.storeShare(randomBytes(3));
    }
  });

  test("does not start with another storage key than the one that the database knows", async () => {
    const { url } = await createTestDatabase(cluster);
    const environment = { DATABASE_URL: url("share_server"), STORAGE_KEY: "01".repeat(32) };
    await using first = await startServer(environment);
    await first.client({ keys: PrivateKeys.generate("ed25519") }).storeShare(randomBytes(3));
    const second = await runServer({ ...environment, DATA_DIR: first.folder, STORAGE_KEY: "02".repeat(32) });
    const stderr = "the database was encrypted with another storage key\n";
    expect(second).toMatchObject({ code: 1, stdout: "", stderr });
  });
});

test("the embedded database, too, knows its storage key", async () => {
  const server = await startServer({ STORAGE_KEY: "01".repeat(32) });
  await server.kill("SIGTERM");
  const second = await runServer({ DATA_DIR: server.folder, STORAGE_KEY: "02".repeat(32) });
  expect(second).toMatchObject({ code: 1, stderr: "the database was encrypted with another storage key\n" });
  await server.stop();
});

test.each([
  [{ WORKERS: "2" }, "WORKERS above 1 needs DATABASE_URL\n"],
  [
    { DATABASE_URL: "mysql://host/db" },
    "DATABASE_URL takes postgres://user:password@host:port/database, with %40 for @ and %2F for / in a password\n",
  ],
])("a start that can't be is one line: %o", async (environment, stderr) => {
  expect(await runServer(environment)).toEqual({ code: 1, signal: null, stdout: "", stderr });
});
