/** `share-server rekey` as a process: on the embedded database, and on a real Postgres while servers serve and it is killed. */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, readFileSync, statSync, watch, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PrivateKeys } from "@bc/envelope";
import { describe, expect, test } from "vitest";
import { openPglite } from "../../src/store/drivers/pglite.ts";
import { beginOperating, operate } from "../kit/operator-command.ts";
import { outcome } from "../kit/outcome.ts";
import { whyNoPostgres } from "../kit/postgres/cluster.ts";
import { createTestDatabase } from "../kit/postgres/database.ts";
import { startServer } from "../kit/spawn-server.ts";
import {
  expectAll,
  expectKillsLoseNothing,
  KILLS,
  KILLS_PATIENCE,
  oldRows,
  store,
  walletOf,
} from "./rekey-under-load.ts";

type Environment = Readonly<Record<string, string>>;

test("on the embedded database: refused while the server runs, then changes the data key and the storage key", async () => {
  await using server = await startServer();
  const { folder } = server;
  const environment = { DATA_DIR: folder };
  const wallet = walletOf(server);
  for (let count = 0; count < 3; count++) await store(wallet);
  expect(await operate(["rekey"], environment)).toMatchObject({ code: 2, stdout: "" });

  await server.kill("SIGTERM");
  expect(await operate(["rekey"], environment)).toEqual({
    code: 0,
    stdout: "3 shares, 0 contacts and 0 messages put under data key 1\nthe former key is forgotten\n",
    stderr: "",
  });
  expect(await operate(["check"], environment)).toMatchObject({
    code: 0,
    stdout: "3 shares checked, 0 damaged\n",
  });
  await server.restart();
  await expectAll(wallet, wallet.client);
  await store(wallet);

  await server.kill("SIGTERM");
  const file = join(folder, "storage-key");
  const before = readFileSync(file, "utf8").trim();
  expect(await operate(["rekey", "--storage-key"], environment)).toMatchObject({ code: 0, stderr: "" });
  const after = readFileSync(file, "utf8").trim();
  expect(after).toMatch(/^[0-9a-f]{64}$/);
  expect(after).not.toBe(before);
  if (process.platform !== "win32") expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(existsSync(`${file}.new`)).toBe(false);
  const rekeyed = await operate(["rekey", "--json"], environment);
  expect(JSON.parse(rekeyed.stdout)).toEqual({
    ...{ dataKey: 2, ended: true, shares: 4, contacts: 0, messages: 0, damaged: [] },
  });
  expect(await operate(["check"], { ...environment, STORAGE_KEY: before })).toMatchObject({
    code: 2,
    stderr: "share-server: the database was encrypted with another storage key\n",
  });
  await server.restart();
  await expectAll(wallet, wallet.client);
});

test(
  "on the embedded database: killed twenty times, it loses nothing and ends",
  async () => {
    await using server = await startServer();
    const { folder } = server;
    const wallet = walletOf(server);
    for (let count = 0; count < 30; count++) await store(wallet);
    await server.kill("SIGTERM");
    const environment = { DATA_DIR: folder };
    let [begun, halves] = [0, 0];
    for (let kill = 1; kill <= KILLS; kill++) {
      // Ten shares a second, so that there is a middle.
      await killedAfter(1 + (kill % 4), folder, beginOperating(["rekey", "--rate", "10"], environment));
      const { sql, close } = await openPglite(folder);
      const [state] = await sql<{ shares: number; former_data_key: number | null }>(
        "select (select count(*)::integer from store.share) as shares, former_data_key from store.server",
        [],
      );
      const old = await oldRows(sql);
      await close();
      expect(state?.shares).toBe(wallet.stored.size);
      if (state?.former_data_key !== null) begun += 1;
      if (old > 0 && old < wallet.stored.size) halves += 1;
    }
    expect(begun).toBeGreaterThan(KILLS / 4);
    expect(halves).toBeGreaterThan(0);
    const last = await operate(["rekey", "--json"], environment);
    expect(JSON.parse(last.stdout)).toMatchObject({ ended: true, damaged: [] });
    expect(await operate(["check"], environment)).toMatchObject({ stdout: "30 shares checked, 0 damaged\n" });
    await server.restart();
    await expectAll(wallet, wallet.client);
  },
  KILLS_PATIENCE,
);

/** Kills the command when it has written to the database's log so many times, or lets it end. */
async function killedAfter(writes: number, folder: string, command: ChildProcess): Promise<void> {
  let seen = 0;
  const watcher = watch(join(folder, "database/pg_wal"), () => {
    seen += 1;
    if (seen >= writes) command.kill("SIGKILL");
  });
  await once(command, "close");
  watcher.close();
}

test("a storage key has to come from a closed file or the environment, and be another one", async () => {
  await using server = await startServer();
  await server.kill("SIGTERM");
  const { folder } = server;
  const present = readFileSync(join(folder, "storage-key"), "utf8").trim();
  const file = join(folder, "next");
  const environment = { DATA_DIR: folder, STORAGE_KEY: present };
  const why = async (args: readonly string[], given: Environment = {}) => {
    const { code, stdout, stderr } = await operate(["rekey", ...args], { ...environment, ...given });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    return stderr;
  };
  expect(await why(["--storage-key"])).toContain("needs a file, or NEW_STORAGE_KEY");
  expect(await why(["--storage-key"], { NEW_STORAGE_KEY: present })).toContain(
    "that is the storage key already",
  );
  expect(await why(["--storage-key"], { NEW_STORAGE_KEY: "a" })).toContain(
    "NEW_STORAGE_KEY takes 64 hex digits",
  );
  expect(await why(["--storage-key", file])).toContain(`${file} is missing`);
  writeFileSync(file, "not a key", { mode: 0o600 });
  expect(await why(["--storage-key", file])).toContain(`${file} does not hold what it should`);
  if (process.platform !== "win32") {
    chmodSync(file, 0o644);
    expect(await why(["--storage-key", file])).toContain("open to others");
    chmodSync(file, 0o600);
  }
  writeFileSync(file, "12".repeat(32));
  expect(await operate(["rekey", "--storage-key", file], environment)).toMatchObject({ code: 0, stderr: "" });
  // The key that came from the environment is the operator's to change.
  expect(readFileSync(join(folder, "storage-key"), "utf8").trim()).toBe(present);
  expect(await why([])).toContain("the database has a newer storage key");
  expect(await operate(["rekey"], { ...environment, STORAGE_KEY: "12".repeat(32) })).toMatchObject({
    code: 0,
  });
});

const skipped = whyNoPostgres();

describe.skipIf(skipped)(`on Postgres${skipped ? ` (${skipped})` : ""}`, () => {
  test("killed twenty times while two servers serve, it loses nothing and ends", async () => {
    const database = await createTestDatabase();
    const url = database.url("share_server");
    await expectKillsLoseNothing(database, [url, url]);
  });

  test("the storage key changes while two servers serve, which are restarted one after the other", async () => {
    const database = await createTestDatabase();
    const serving = { DATABASE_URL: database.url("share_server") };
    await using one = await startServer(serving);
    await using other = await startServer({ ...serving, DATA_DIR: one.folder });
    const environment = { DATA_DIR: one.folder, DATABASE_URL: database.url("share_owner") };
    const keys = PrivateKeys.generate("ed25519");
    const wallet = walletOf(one, keys);
    const clients = [wallet.client, other.client({ keys })] as const;
    await store(wallet);
    expect(await operate(["rekey", "--storage-key"], environment)).toMatchObject({ code: 0, stderr: "" });
    for (const client of clients) await store({ ...wallet, client });
    await one.kill("SIGTERM");
    await one.restart();
    for (const client of clients) await store({ ...wallet, client });
    for (const client of clients) await expectAll(wallet, client);

    // The other one still has the old key, and the next data key is not for it.
    expect(await operate(["rekey"], environment)).toMatchObject({ code: 0, stderr: "" });
    expect(await outcome(clients[1].retrieveShares())).toBe("unavailable");
    expect(other.log()).toContain("the storage key does not open data key 1");
    await store(wallet);
    await other.kill("SIGTERM");
    await other.restart();
    for (const client of clients) await expectAll(wallet, client);
    const asServer = { ...environment, ...serving };
    expect(await operate(["rekey"], asServer)).toMatchObject({ stdout: "" });
  });
});
