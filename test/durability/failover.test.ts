/**
 * Two machines with Postgres: the primary is killed under load, and the standby promoted. Nothing that was acknowledged is
 * lost, the server goes on by itself, and the operator's commands find the new primary by the same URL.
 */
import { PrivateKeys, randomBytes } from "@bc/envelope";
import type { Client } from "@bc/share-client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bytesToHex } from "#bc/dcbor";
import { writableConnection } from "../../src/store/drivers/postgres.ts";
import { operate } from "../kit/operator-command.ts";
import { outcome } from "../kit/outcome.ts";
import { type Cluster, whyNoPostgres } from "../kit/postgres/cluster.ts";
import { createTestDatabase, ownCluster, type TestDatabase } from "../kit/postgres/database.ts";
import { addStandby, promote, urlOfAll } from "../kit/postgres/pair.ts";
import { startServer } from "../kit/spawn-server.ts";

const CLIENTS = 6;
const ENOUGH = 60;
/** Milliseconds from the promotion until the server stores again. */
const DEADLINE = 60_000;

type Wallet = {
  readonly client: Client;
  /** Receipts with data, in hex. */
  readonly acknowledged: Map<string, string>;
  underWay: Uint8Array;
};

async function store({ client, acknowledged, underWay }: Wallet): Promise<void> {
  acknowledged.set((await client.storeShare(underWay)).hex(), bytesToHex(underWay));
}

const skipped = whyNoPostgres();

describe.skipIf(skipped)(`a server on a pair of machines${skipped ? ` (${skipped})` : ""}`, () => {
  let primary: Cluster;
  let standby: Cluster;
  let database: TestDatabase;
  beforeAll(async () => {
    primary = await ownCluster();
    database = await createTestDatabase(primary);
    standby = await addStandby(primary);
  });
  afterAll(() => Promise.all([primary.remove(), standby.remove()]));

  async function migrate(): Promise<string> {
    const DATABASE_URL = urlOfAll([primary, standby], "share_owner", database.name);
    const { code, stdout, stderr } = await operate(["migrate"], { DATABASE_URL });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    return stdout;
  }

  test("loses nothing that it acknowledged when the primary is killed, and goes on by itself", async () => {
    const DATABASE_URL = urlOfAll([primary, standby], "share_server", database.name);
    await using server = await startServer({ DATABASE_URL });
    expect(await migrate()).toContain("the database is at schema version");
    let stored = 0;
    const enough = Promise.withResolvers<void>();
    const wallets = Array.from(
      { length: CLIENTS },
      (): Wallet => ({
        client: server.client({ keys: PrivateKeys.generate("ed25519") }),
        acknowledged: new Map<string, string>(),
        underWay: new Uint8Array(),
      }),
    );
    const storing = wallets.map(async (wallet) => {
      for (;;) {
        wallet.underWay = randomBytes(300);
        if ((await outcome(store(wallet))) !== "ok") return;
        stored += 1;
        if (stored === ENOUGH) enough.resolve();
      }
    });
    await enough.promise;
    await primary.kill();
    await Promise.all(storing);

    await promote(standby);
    const promoted = Date.now();
    for (const wallet of wallets) while ((await outcome(store(wallet))) === "unavailable");
    expect(Date.now() - promoted).toBeLessThan(DEADLINE);
    for (const { client, acknowledged } of wallets) {
      const shares = await client.retrieveShares();
      expect(new Map(shares.map(({ receipt, data }) => [receipt.hex(), bytesToHex(data)]))).toEqual(
        acknowledged,
      );
    }
    expect(await migrate()).toContain("the database is at schema version");

    // Where the lost primary is started again by mistake, a server that begins then uses the promoted one all the same.
    const { connectionString } = await writableConnection(DATABASE_URL);
    expect(connectionString).toContain(`:${standby.port}/`);
    const keys = PrivateKeys.generate("ed25519");
    await server.client({ keys }).storeShare(randomBytes(3));
    await primary.start();
    expect(await writableConnection(DATABASE_URL)).toEqual({ connectionString });
    await using second = await startServer({ DATABASE_URL, DATA_DIR: server.folder });
    expect(await second.client({ keys }).retrieveShares()).toHaveLength(1);
  });
});
