/** `share-server check` against an embedded database and a real Postgres, with a bit of a share flipped. */
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PrivateKeys, randomBytes } from "@bc/envelope";
import type { Receipt } from "@bc/share-client";
import { describe, expect, test, vi } from "vitest";
import { bytesToHex, hexToBytes } from "#bc/dcbor";
import { logName } from "../../src/service/log-name.ts";
import { createStorageCipher } from "../../src/service/storage-cipher.ts";
import { fingerprintOf } from "../../src/service/storage-keys.ts";
import { openPglite } from "../../src/store/drivers/pglite.ts";
import type { Sql } from "../../src/store/sql.ts";
import { damageShare } from "../kit/damage-share.ts";
import { beginOperating, operate } from "../kit/operator-command.ts";
import { outcome } from "../kit/outcome.ts";
import { whyNoPostgres } from "../kit/postgres/cluster.ts";
import { createTestDatabase } from "../kit/postgres/database.ts";
import { startServer } from "../kit/spawn-server.ts";

/** Milliseconds in which a busy machine has begun a check. */
const PATIENCE = 60_000;

function keyIn(folder: string): Uint8Array {
  return hexToBytes(readFileSync(join(folder, "storage-key"), "utf8").trim());
}

function cipherIn(folder: string) {
  return createStorageCipher({ id: 0, key: keyIn(folder) });
}

async function flipIn(folder: string, sql: Sql, receipt: Receipt) {
  const cipher = await cipherIn(folder);
  await damageShare(sql, cipher, receipt);
  return logName(cipher.shareId(receipt.data));
}

test("on the embedded database: refused while the server runs, then tells the damaged share, until it is stored again", async () => {
  await using server = await startServer();
  const { folder } = server;
  const environment = { DATA_DIR: folder };
  const client = server.client({ keys: PrivateKeys.generate("ed25519") });
  const shares = [randomBytes(327), randomBytes(40), randomBytes(1)];
  const receipts: Receipt[] = [];
  for (const data of shares) receipts.push(await client.storeShare(data));
  const [, damaged] = receipts;
  if (damaged === undefined) throw new TypeError("three shares were stored");
  expect(await operate(["check"], environment)).toMatchObject({ code: 2, stdout: "" });

  await server.kill("SIGTERM");
  expect(await operate(["check"], environment)).toEqual({
    code: 0,
    stdout: "3 shares checked, 0 damaged\n",
    stderr: "",
  });
  const { sql, close } = await openPglite(folder);
  const share = await flipIn(folder, sql, damaged);
  await close();
  const account = logName(client.identity.xid.data);
  const found = await operate(["check", "--json"], environment);
  expect(found).toMatchObject({ code: 1, stderr: "" });
  expect(JSON.parse(found.stdout)).toEqual({ checked: 3, damaged: [{ account, share }] });
  expect((await operate(["check"], environment)).stdout).toBe(
    `damaged  account ${account}, share ${share}\n3 shares checked, 1 damaged\n`,
  );

  await server.restart();
  expect(await outcome(client.retrieveShares(receipts))).toBe("damaged-share");
  const metrics = async () => (await fetch(`${server.url()}/metrics`)).text();
  expect(await metrics()).toMatch(/^share_server_damaged_shares 1$/m);
  expect(server.log()).toContain(`"account":"${account}","share":"${share}","msg":"damaged share"`);
  await client.storeShare(shares[1] ?? randomBytes(1));
  expect(await client.retrieveShares(receipts)).toHaveLength(3);
  await server.kill("SIGTERM");
  expect((await operate(["check"], environment)).code).toBe(0);
});

test("the embedded server finds damage by itself, goes on where it was, and takes note", async () => {
  await using server = await startServer();
  const { folder } = server;
  const client = server.client({ keys: PrivateKeys.generate("ed25519") });
  const data = randomBytes(327);
  const receipt = await client.storeShare(data);
  const metric = async (name: string) => {
    const text = await (await fetch(`${server.url()}/metrics`)).text();
    return Number(new RegExp(`^${name} (\\d+)`, "m").exec(text)?.[1]);
  };
  expect(await metric("share_server_last_check_timestamp_seconds")).toBe(0);
  await server.kill("SIGTERM");
  const { sql, close } = await openPglite(folder);
  const share = await flipIn(folder, sql, receipt);
  await close();

  await server.restart({ CHECK_INTERVAL: "1" });
  await vi.waitFor(() => expect(server.log()).toContain("every share was checked"), PATIENCE);
  expect(server.log()).toContain(`"share":"${share}","msg":"damaged share"`);
  expect(server.log()).toContain('"checked":1,"damaged":1,');
  expect(await metric("share_server_damaged_shares")).toBe(1);
  await vi.waitFor(async () => expect(await metric("share_server_check_damaged_shares")).toBe(1), PATIENCE);
  expect(await metric("share_server_last_check_timestamp_seconds")).toBeGreaterThan(1_700_000_000);

  await client.storeShare(data);
  await server.kill("SIGTERM");
  const cutOff = {
    database: bytesToHex(fingerprintOf(keyIn(folder))),
    ...{ account: "00".repeat(32), share: "00".repeat(32), checked: 41, damaged: [] },
  };
  writeFileSync(join(folder, "background-check.json"), JSON.stringify(cutOff));
  await server.restart();
  await vi.waitFor(() => expect(server.log()).toContain('"checked":42,"damaged":0,'), PATIENCE);
  expect(existsSync(join(folder, "background-check.json"))).toBe(false);
  await vi.waitFor(async () => expect(await metric("share_server_check_damaged_shares")).toBe(0), PATIENCE);
});

const skipped = whyNoPostgres();

describe.skipIf(skipped)(`on Postgres${skipped ? ` (${skipped})` : ""}`, () => {
  test("checks while the server serves, and goes on where it was cut off", async () => {
    const database = await createTestDatabase();
    await using server = await startServer({ DATABASE_URL: database.url("share_server") });
    const { folder } = server;
    const environment = { DATA_DIR: folder, DATABASE_URL: database.url("share_owner") };
    const client = server.client({ keys: PrivateKeys.generate("ed25519") });
    const shares = Array.from({ length: 4 }, () => randomBytes(100));
    const receipts: Receipt[] = [];
    for (const data of shares) receipts.push(await client.storeShare(data));
    const { sql, close } = database.connect("share_owner", 1);
    for (const receipt of receipts) await flipIn(folder, sql, receipt);

    const begun = beginOperating(["check", "--rate", "1"], environment);
    const ended = once(begun, "close");
    const progress = join(folder, "check-progress.json");
    await vi.waitFor(() => expect(existsSync(progress)).toBe(true), PATIENCE);
    begun.kill("SIGKILL");
    await ended;
    const { checked } = JSON.parse(readFileSync(progress, "utf8"));
    expect(checked).toBeLessThan(shares.length);

    // What the first part found damaged is mended now, and only a check that starts anew can know it.
    for (const data of shares) await client.storeShare(data);
    const rest = await operate(["check", "--json"], environment);
    expect(JSON.parse(rest.stdout)).toMatchObject({ checked: shares.length });
    expect(JSON.parse(rest.stdout).damaged).toHaveLength(checked);
    expect(rest.code).toBe(1);
    expect(existsSync(progress)).toBe(false);
    expect(await operate(["check", "--json"], environment)).toEqual({
      code: 0,
      stdout: `{"checked":${shares.length},"damaged":[]}\n`,
      stderr: "",
    });
    const metrics = await (await fetch(`${server.url()}/metrics`)).text();
    expect(metrics).toMatch(/^share_server_check_damaged_shares 0$/m);
    expect(metrics).not.toMatch(/^share_server_last_check_timestamp_seconds 0$/m);
    expect(await client.retrieveShares()).toHaveLength(shares.length);

    const asServer = { ...environment, DATABASE_URL: database.url("share_server") };
    expect(await operate(["check"], asServer)).toMatchObject({ stdout: "" });
    const otherKey = { ...environment, STORAGE_KEY: "00".repeat(32) };
    expect(await operate(["check"], otherKey)).toMatchObject({
      code: 2,
      stderr: "share-server: the database was encrypted with another storage key\n",
    });
    await close();
  });
});
