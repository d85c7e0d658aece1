/** `share-server rekey` is killed again and again while two servers serve wallets that never stop. */
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { PrivateKeys, randomBytes } from "@bc/envelope";
import type { Client } from "@bc/share-client";
import { expect } from "vitest";
import { bytesToHex } from "#bc/dcbor";
import type { Sql } from "../../src/store/sql.ts";
import { beginOperating, operate } from "../kit/operator-command.ts";
import type { TestDatabase } from "../kit/postgres/database.ts";
import { startServer, type TestServer } from "../kit/spawn-server.ts";

export const KILLS = 20;
/** Milliseconds for so many on a busy machine. */
export const KILLS_PATIENCE = 1_200_000;
/** Milliseconds. */
const LOOK_INTERVAL = 20;

export type Wallet = { readonly client: Client; readonly stored: Map<string, string> };

export function walletOf(server: TestServer, keys = PrivateKeys.generate("ed25519")): Wallet {
  return { client: server.client({ keys }), stored: new Map() };
}

export async function store({ client, stored }: Wallet, data = randomBytes(100)): Promise<void> {
  stored.set((await client.storeShare(data)).hex(), bytesToHex(data));
}

export async function expectAll({ stored }: Wallet, client: Client): Promise<void> {
  const shares = await client.retrieveShares();
  const found = shares.map(({ receipt, data }) => [receipt.hex(), bytesToHex(data)] as const);
  expect(new Map(found)).toEqual(stored);
}

/** @param urls of the database, for each of the two servers. */
export async function expectKillsLoseNothing(
  database: TestDatabase,
  urls: readonly [string, string],
): Promise<void> {
  await using one = await startServer({ DATABASE_URL: urls[0] });
  await using other = await startServer({ DATABASE_URL: urls[1], DATA_DIR: one.folder });
  const environment = { DATA_DIR: one.folder, DATABASE_URL: database.url("share_owner") };
  const { sql, close } = database.connect("share_owner", 1);
  const wallets = Array.from({ length: 4 }, () => {
    const keys = PrivateKeys.generate("ed25519");
    const wallet = walletOf(one, keys);
    return { ...wallet, clients: [wallet.client, other.client({ keys })] as const };
  });
  await Promise.all(wallets.map((wallet) => store(wallet)));
  let isOver = false;
  // Each asks the two servers in turn, and never gets a wrong answer.
  const working = wallets.map(async (wallet) => {
    for (let turn = 0; !isOver || turn < 4; turn++) {
      const client = wallet.clients[turn % 2 === 0 ? 0 : 1];
      if (wallet.stored.size < 60) await store({ ...wallet, client });
      await expectAll(wallet, client);
      const [first] = await client.retrieveShares();
      if (first === undefined) throw new TypeError("shares were stored");
      expect(await client.storeShare(first.data)).toEqual(first.receipt);
      if (turn % 5 === 4) {
        await client.deleteShares([first.receipt]);
        wallet.stored.delete(first.receipt.hex());
      }
    }
  });
  const done = Promise.all(working);

  const args = ["rekey", "--rate", "20"];
  for (let kill = 0; kill < KILLS; kill++) {
    const begun = beginOperating(args, environment);
    const ended = once(begun, "close");
    // It is killed after it has put some rows under the new key; which ones differs from kill to kill.
    await Promise.race([rowsChange(sql, kill), ended, done]);
    begun.kill("SIGKILL");
    await ended;
  }
  const last = await operate(["rekey", "--json"], environment);
  expect(last).toMatchObject({ code: 0, stderr: "" });
  expect(JSON.parse(last.stdout)).toMatchObject({ ended: true, damaged: [] });
  isOver = true;
  await done;
  for (const wallet of wallets) for (const client of wallet.clients) await expectAll(wallet, client);
  const keys = await sql("select data_key, former_data_key from store.server", []);
  const { dataKey } = JSON.parse(last.stdout);
  expect(keys).toEqual([{ data_key: dataKey, former_data_key: null }]);
  expect(await oldRows(sql)).toBe(0);
  const counted = await sql(
    `select 1 as wrong from store.account a
     where share_count <> (select count(*) from store.share s where s.xid = a.xid)
       or share_bytes <> (select sum(size) from store.share s where s.xid = a.xid)`,
    [],
  );
  expect(counted).toEqual([]);
  expect((await operate(["check"], environment)).stdout).toContain(" 0 damaged\n");
  await close();
}

/** How many shares are not under the newest data key. */
export async function oldRows(sql: Sql): Promise<number> {
  const [row] = await sql<{ count: number }>(
    `select count(*)::integer as count from store.share, store.server
     where substring(data from 2 for 4) <> decode(lpad(to_hex(data_key), 8, '0'), 'hex')`,
    [],
  );
  return row?.count ?? 0;
}

/** Resolves when a rekey has put some rows under the newest key since this call: how many differs from round to round. */
async function rowsChange(sql: Sql, round: number): Promise<void> {
  let most = 0;
  for (;;) {
    const old = await oldRows(sql);
    most = Math.max(most, old);
    if (most - old > round % 4) return;
    await setTimeout(LOOK_INTERVAL);
  }
}
