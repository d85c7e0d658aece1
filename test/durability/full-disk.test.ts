/** A disk that is full: the server refuses with 503, and keeps everything that it has acknowledged. */
import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PrivateKeys, randomBytes } from "@bc/envelope";
import { describe, expect, test } from "vitest";
import { bytesToHex } from "#bc/dcbor";
import { createCluster, whyNoPostgres } from "../kit/postgres/cluster.ts";
import { createTestDatabase } from "../kit/postgres/database.ts";
import { mountSmallDisk, whyNoSmallDisk } from "../kit/small-disk.ts";
import { startServer, type TestServer } from "../kit/spawn-server.ts";

const LARGE_ACCOUNTS = { MAX_SHARES: "100000", MAX_ACCOUNT_BYTES: "1000000000", MIN_FREE_BYTES: "0" };

/** A fresh embedded database takes some 45 MB, and starting it once more some 20 of log. */
const EMBEDDED_SIZE = "110m";
/** The server keeps its ballast only above so much free room. */
const BALLAST_AND_MORE = 10_000_000;
/** A fresh cluster takes some 40 MB, and each file of its log 16. */
const POSTGRES_SIZE = "130m";

const skipped = whyNoSmallDisk();
const withoutPostgres = skipped ?? whyNoPostgres();

describe.skipIf(skipped)(`a server on a disk that fills up${skipped ? ` (${skipped})` : ""}`, () => {
  test("answers 503, and has all it acknowledged when there is room again", async () => {
    using disk = mountSmallDisk(EMBEDDED_SIZE);
    const data = join(disk.folder, "data");
    mkdirSync(data, { mode: 0o700 });
    await using server = await startServer({ DATA_DIR: data, ...LARGE_ACCOUNTS });
    const wallet = createWallet(server);
    await fillUp(disk.folder, wallet, () => Promise.resolve());
    await wallet.store();
    await server.kill("SIGKILL");
    await server.restart();
    await wallet.expectAll();
  });

  test("refuses new shares before that, and by its ballast still deletes when others have filled the disk", async () => {
    using disk = mountSmallDisk(EMBEDDED_SIZE);
    const data = join(disk.folder, "data");
    mkdirSync(data, { mode: 0o700 });
    await using server = await startServer({ DATA_DIR: data, MIN_FREE_BYTES: String(BALLAST_AND_MORE) });
    const client = server.client({ keys: PrivateKeys.generate("ed25519") });
    const share = randomBytes(1_000);
    await client.storeShare(share);
    expect(statSync(join(data, "ballast")).size).toBeGreaterThan(10_000_000);
    const others = join(disk.folder, "others");
    fill(others);
    await untilReadySays("full", server);
    expect(existsSync(join(data, "ballast"))).toBe(false);
    const refused = client.storeShare(randomBytes(1_000));
    await expect(refused).rejects.toMatchObject({ refusal: { code: "server-full" } });
    expect(await client.retrieveShares()).toMatchObject([{ data: share }]);
    await client.deleteAllShares();
    rmSync(others);
    await untilReadySays("ready", server);
    expect(existsSync(join(data, "ballast"))).toBe(true);
    await client.storeShare(share);
  });
});

/** The server looks at its disk every ten seconds. */
async function untilReadySays(state: string, server: TestServer): Promise<void> {
  const said = async () => (await fetch(new URL("/ready", server.url()))).text();
  await expect.poll(said, { timeout: 90_000 }).toBe(state);
}

const reason = withoutPostgres ? ` (${withoutPostgres})` : "";

describe.skipIf(withoutPostgres)(`a server whose Postgres is on a disk that fills up${reason}`, () => {
  test("answers 503, and has all it acknowledged when there is room again", async () => {
    using disk = mountSmallDisk(POSTGRES_SIZE);
    const cluster = await createCluster(join(disk.folder, "cluster"));
    try {
      const { url } = await createTestDatabase(cluster);
      await using server = await startServer({ DATABASE_URL: url("share_server"), ...LARGE_ACCOUNTS });
      const wallet = createWallet(server);
      // Without room for its log, Postgres stops.
      const startAgain = () => cluster.start().catch(() => undefined);
      await fillUp(disk.folder, wallet, startAgain);
      while ((await fetch(new URL("/ready", server.url()))).status !== 200);
      await wallet.store();
      await wallet.expectAll();
    } finally {
      await cluster.remove();
    }
  });
});

type Wallet = { readonly store: () => Promise<void>; readonly expectAll: () => Promise<void> };

/** Stores shares, and knows which of them were acknowledged. */
function createWallet(server: TestServer): Wallet {
  const client = server.client({ keys: PrivateKeys.generate("ed25519") });
  const acknowledged = new Map<string, string>();
  return {
    store: async () => {
      const share = randomBytes(10_000);
      acknowledged.set((await client.storeShare(share)).hex(), bytesToHex(share));
    },
    expectAll: async () => {
      const shares = await client.retrieveShares();
      const kept = new Map(shares.map(({ receipt, data }) => [receipt.hex(), bytesToHex(data)]));
      for (const [receipt, share] of acknowledged) expect(kept.get(receipt)).toBe(share);
    },
  };
}

/** Stores shares until the server refuses one for want of room, and makes room again. */
async function fillUp(folder: string, { store }: Wallet, onRoom: () => Promise<void>): Promise<void> {
  for (let count = 0; count < 20; count++) await store();
  const ballast = join(folder, "ballast");
  fill(ballast);
  let refusal: unknown;
  while (refusal === undefined) await store().catch((error: unknown) => (refusal = error));
  expect(refusal).toMatchObject({ refusal: { code: "unavailable" } });
  rmSync(ballast);
  await onRoom();
}

/** Takes what room there is, but for a little. */
function fill(file: string): void {
  const block = new Uint8Array(1_000_000);
  try {
    for (;;) writeFileSync(file, block, { flag: "a" });
  } catch (error) {
    expect(error).toMatchObject({ code: "ENOSPC" });
  }
}
