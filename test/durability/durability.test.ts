/** What the real server has acknowledged is there after it was killed; and how it guards its data folder. */
import { globSync } from "node:fs";
import { copyFile, mkdtemp, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PrivateKeys, randomBytes } from "@bc/envelope";
import type { Client } from "@bc/share-client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bytesToHex } from "#bc/dcbor";
import { runServer, startServer, type TestServer } from "../kit/spawn-server.ts";

const ROUNDS = 4;
const CLIENTS = 8;
const SHARES_A_ROUND = 40;

type Wallet = {
  readonly client: Client;
  /** What was acknowledged: receipts with data, in hex. */
  readonly acknowledged: Map<string, string>;
  /** What was under way when the server went down. */
  pending: Uint8Array | undefined;
};

/** Stores one new share after the other until the server is gone. */
async function storeUntilGone(wallet: Wallet, onStored: () => void): Promise<void> {
  const { client, acknowledged } = wallet;
  try {
    for (;;) {
      wallet.pending = randomBytes(200 + ((acknowledged.size * 37) % 800));
      const receipt = await client.storeShare(wallet.pending);
      acknowledged.set(receipt.hex(), bytesToHex(wallet.pending));
      onStored();
    }
  } catch (error) {
    expect(error).toMatchObject({ name: "ClientError", code: "unreachable" });
  }
}

async function sharesOf({ client }: Wallet): Promise<Map<string, string>> {
  const shares = await client.retrieveShares();
  return new Map(shares.map(({ receipt, data }) => [receipt.hex(), bytesToHex(data)]));
}

/** Lets all wallets store shares, and sends the signal in the midst of it. */
async function interrupt(server: TestServer, wallets: readonly Wallet[], signal: NodeJS.Signals) {
  let stored = 0;
  const enough = Promise.withResolvers<void>();
  const storing = wallets.map((wallet) =>
    storeUntilGone(wallet, () => {
      stored += 1;
      if (stored === SHARES_A_ROUND) enough.resolve();
    }),
  );
  await Promise.race([enough.promise, Promise.all(storing)]);
  const ended = await server.kill(signal);
  await Promise.all(storing);
  expect(stored).toBeGreaterThanOrEqual(SHARES_A_ROUND);
  return ended;
}

/** Every acknowledged share is there, byte for byte, and beside them at most the one that was under way. */
async function expectNothingLost(wallet: Wallet): Promise<void> {
  const { client, acknowledged, pending } = wallet;
  if (pending !== undefined) {
    // Whether or not the share had arrived: after it is sent once more, it is there once.
    acknowledged.set((await client.storeShare(pending)).hex(), bytesToHex(pending));
  }
  expect(await sharesOf(wallet)).toEqual(acknowledged);
}

describe("a server with a data folder", () => {
  let server: TestServer;
  let wallets: readonly Wallet[];

  beforeAll(async () => {
    server = await startServer({}, true);
    wallets = Array.from({ length: CLIENTS }, () => ({
      client: server.client({ keys: PrivateKeys.generate("ed25519") }),
      acknowledged: new Map(),
      pending: undefined,
    }));
  });
  afterAll(() => server.stop());

  test(`keeps what it acknowledged through ${ROUNDS} kills under load`, async () => {
    for (let round = 0; round < ROUNDS; round++) {
      expect((await interrupt(server, wallets, "SIGKILL")).signal).toBe("SIGKILL");
      await server.restart();
      await Promise.all(wallets.map(expectNothingLost));
    }
  });

  test("answers what it has begun when it is told to stop", async () => {
    expect(await interrupt(server, wallets, "SIGTERM")).toMatchObject({ code: 0, signal: null, stderr: "" });
    expect(server.log().trimEnd().split("\n").at(-1)).toContain('"stopped"');
    await server.restart();
    await Promise.all(wallets.map(expectNothingLost));
  });

  test("shares its folder with no other server", async () => {
    const second = await runServer({ DATA_DIR: server.folder });
    const stderr = `DATA_DIR: data folder ${server.folder} is in use by another server\n`;
    expect(second).toEqual({ code: 1, signal: null, stdout: "", stderr });
    await Promise.all(wallets.map(expectNothingLost));
  });

  test("lets nobody else on the machine read its folder", async () => {
    expect((await stat(server.folder)).mode & 0o777).toBe(0o700);
    const files = globSync("*", { cwd: server.folder }).filter((name) => name !== "database");
    expect(files).toEqual(expect.arrayContaining(["lock", "server-keys.ur", "storage-key"]));
    for (const name of files) {
      expect([name, (await stat(join(server.folder, name))).mode & 0o777]).toEqual([name, 0o600]);
    }
  });

  test.each(["storage-key", "server-keys.ur"])(
    "does not start without its %s, nor with a damaged one",
    async (name) => {
      const file = join(server.folder, name);
      const aside = join(server.folder, "aside");
      await server.kill("SIGTERM");
      await rename(file, aside);
      const missing = await runServer({ DATA_DIR: server.folder });
      await writeFile(file, "damaged", { mode: 0o600 });
      const damaged = await runServer({ DATA_DIR: server.folder });
      await rm(file);
      await copyFile(aside, file);
      await rm(aside);
      await server.restart();

      expect(missing).toMatchObject({ code: 1, stdout: "" });
      expect(missing.stderr).toBe(`${file} is missing, but the database beside it is not\n`);
      expect(damaged).toMatchObject({ code: 1, stdout: "" });
      expect(damaged.stderr).toBe(`${file} does not hold what it should; it is not replaced\n`);
      await Promise.all(wallets.map(expectNothingLost));
    },
  );
});

test("a server whose disk fails refuses, ends by itself, and has what it acknowledged when it is started again", async () => {
  const folder = await mkdtemp(join(tmpdir(), "share-server-disk-"));
  const broken = join(folder, "broken");
  const failing = new URL("failing-disk.fixture.ts", import.meta.url).href;
  await using server = await startServer({ DISK_IS_BROKEN: broken, NODE_OPTIONS: `--import=${failing}` });
  const client = server.client({ keys: PrivateKeys.generate("ed25519") });
  const receipt = await client.storeShare(randomBytes(100));
  await writeFile(broken, "");
  const refused = await Promise.allSettled(
    Array.from({ length: CLIENTS }, () => client.storeShare(randomBytes(100))),
  );
  for (const { status } of refused) expect(status).toBe("rejected");
  expect(await server.ended()).toMatchObject({ code: 1, signal: null, stderr: "" });
  expect(server.log()).toContain("the embedded database cannot write its log");
  await rm(folder, { recursive: true });
  await server.restart();
  // The database's log may hold the share that the server could not sync.
  expect((await client.retrieveShares()).length).toBeLessThanOrEqual(2);
  expect(await client.retrieveShares([receipt])).toHaveLength(1);
});

test.each([
  [{ PORT: "99999" }, /^PORT takes a whole number from 0 to 65535\n$/],
  [
    { MAX_SHARES: "many", RATE_LIMIT: "-1" },
    /^RATE_LIMIT takes .*\nMAX_SHARES takes .*\n$|^MAX_SHARES takes .*\nRATE_LIMIT takes .*\n$/,
  ],
  [{ STORAGE_KEY: "1234" }, /^STORAGE_KEY takes .*\n$/],
])("a bad value stops the start with a line that names the variable: %o", async (environment, line) => {
  const { code, stdout, stderr } = await runServer(environment);
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(line);
});
