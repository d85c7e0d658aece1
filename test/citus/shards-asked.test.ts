/**
 * How many shards a call asks, and who asks them: the node that the call was made at hands it to the one where the account
 * lies, which does the rest. Citus tells each statement on a shard, with the shard's name; tables that are distributed by hash
 * lie beside one another, so that what is asked of one place is one shard.
 */
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { confirmByToken, lookUpToken } from "../../src/store/challenge-by-token.ts";
import { delegated } from "../../src/store/delegate.ts";
import { deleteAccount } from "../../src/store/delete-account.ts";
import { deleteShares } from "../../src/store/delete-shares.ts";
import { decodeBytea } from "../../src/store/drivers/bytea.ts";
import type { PostgresDatabase } from "../../src/store/drivers/postgres.ts";
import { fallbackTransfer } from "../../src/store/fallback-transfer.ts";
import { isTransferPending } from "../../src/store/is-transfer-pending.ts";
import { claimMessages, finishMessage } from "../../src/store/outbox.ts";
import { retrieveFallback } from "../../src/store/retrieve-fallback.ts";
import { retrieveShares } from "../../src/store/retrieve-shares.ts";
import type { Sql, SqlValue } from "../../src/store/sql.ts";
import { storeShare } from "../../src/store/store-share.ts";
import { updateFallback } from "../../src/store/update-fallback.ts";
import { updatePublicKey } from "../../src/store/update-public-key.ts";
import { verifyFallback } from "../../src/store/verify-fallback.ts";
import { createDistributedDatabase, type Nodes, ownNodes, SHARDS, whyNoCitus } from "../kit/citus/nodes.ts";
import type { Cluster } from "../kit/postgres/cluster.ts";
import * as made from "../store/fixtures.ts";

const { NOW, QUOTAS, request } = made;
const ALL = { shareIds: null, lenient: false };
const skipped = whyNoCitus();

describe.skipIf(skipped)(`a call on Citus${skipped ? ` (${skipped})` : ""}`, () => {
  let nodes: Nodes;
  let owner: PostgresDatabase;
  /** By the port of the node. */
  const clients = new Map<number, pg.Client>();
  /** The place of each shard, by its number. Tables that every node has whole are asked where the others are, and not counted. */
  const places = new Map<string, string>();
  let asked = new Set<string>();
  let commands: string[] = [];

  async function connect({ port, url }: Cluster, database: string): Promise<void> {
    const client = new pg.Client({ connectionString: url("share_server", database) });
    await client.connect();
    await client.query(
      "set citus.log_remote_commands = on; set citus.log_local_commands = on; set client_min_messages = log",
    );
    client.on("notice", ({ message = "" }) => {
      commands.push(message);
      for (const [, id = ""] of message.matchAll(/\bstore\.[a-z_]+_(\d{6,})\b/g)) {
        const place = places.get(id);
        if (place !== undefined) asked.add(place);
      }
    });
    clients.set(port, client);
  }

  beforeAll(async () => {
    pg.types.setTypeParser(pg.types.builtins.BYTEA, decodeBytea);
    nodes = await ownNodes(2);
    const database = await createDistributedDatabase(nodes);
    owner = database.connect("share_owner");
    const shards = await owner.sql<{ id: string; place: string }>(
      `select s.shardid::text as id, p.colocationid || ' ' || coalesce(s.shardminvalue, '') as place
       from pg_dist_shard s join pg_dist_partition p using (logicalrelid) where p.repmodel <> 't'`,
      [],
    );
    for (const { id, place } of shards) places.set(id, place);
    for (const node of [nodes.coordinator, ...nodes.workers]) await connect(node, database.name);
  });
  afterAll(async () => {
    await Promise.all([owner.close(), ...[...clients.values()].map((client) => client.end())]);
    await nodes.remove();
  });

  /** A node as a server asks it. */
  const sqlOf = (port: number): Sql =>
    delegated(async <Row>(text: string, params: readonly SqlValue[]) => {
      const client = clients.get(port);
      if (client === undefined) throw new Error(`no node at ${port}`);
      return (await client.query(text, [...params])).rows as Row[];
    });
  /** Asks the node where the account lies that the sender names, or the key where no sender is named. */
  const sql: Sql = async <Row>(text: string, params: readonly SqlValue[]) => {
    const [key, sender = key] = params;
    const [place] = await owner.sql<{ port: number }>(
      "select nodeport as port from citus_shards where shardid = get_shard_id_for_distribution_column('store.account', $1::bytea)",
      [sender instanceof Uint8Array ? sender : key instanceof Uint8Array ? key : new Uint8Array(32)],
    );
    return await sqlOf(place?.port ?? 0)<Row>(text, params);
  };

  async function shardsOf<T extends { readonly outcome: string }>(call: Promise<T>): Promise<number> {
    asked = new Set();
    commands = [];
    const { outcome } = await call;
    expect(outcome).toMatch(/^(ok|processing)$/);
    return asked.size;
  }
  const done = async (call: Promise<unknown>) => {
    await call;
    return { outcome: "ok" };
  };

  test("of an account with its first key asks one shard, and is sent to its node as a whole", async () => {
    for (let times = 0; times < 8; times++) {
      const { key, share } = await made.openAccount(sql);
      const replayed = request(key);
      await storeShare(sql, replayed, share, QUOTAS);
      const named = { shareIds: [share.shareId], lenient: false };
      const calls: Readonly<Record<string, (sql: Sql) => Promise<{ readonly outcome: string }>>> = {
        storeShare: (place) => storeShare(place, request(key), share, QUOTAS),
        retrieveShares: (place) => retrieveShares(place, request(key), ALL),
        "retrieveShares, named": (place) => retrieveShares(place, request(key), named),
        deleteShares: (place) => deleteShares(place, request(key), [share.shareId]),
      };
      for (const [name, call] of Object.entries(calls)) {
        expect(await shardsOf(call(sql)), name).toBe(1);
        await shardsOf(call(sqlOf(nodes.coordinator.port)));
        expect(commands, name).toHaveLength(1);
      }
      expect(await shardsOf(storeShare(sql, replayed, share, QUOTAS)), "storeShare again").toBe(1);
      expect(await shardsOf(retrieveFallback(sql, request(key))), "retrieveFallback").toBe(1);
      const pending = isTransferPending(sql, { keyId: key, now: NOW });
      expect(await shardsOf(done(pending)), "isTransferPending").toBe(1);
    }
  });

  test("that opens, moves or ends one asks the shard of challenges and messages too, and that of another key", async () => {
    for (let times = 0; times < 8; times++) {
      const key = made.newKey();
      const opened = storeShare(sql, request(key), made.newShare(), QUOTAS);
      expect(await shardsOf(opened), "storeShare, the first").toBe(2);
      const next = made.newKey();
      const changed = await shardsOf(updatePublicKey(sql, request(key), next));
      expect(changed, "updatePublicKey").toBeLessThanOrEqual(3);
      const later = request(next, { senderXid: made.xidOf(key) });
      const stored = await shardsOf(storeShare(sql, later, made.newShare(), QUOTAS));
      expect(stored, "storeShare, another key").toBe(1);
      const read = request(next, { senderXid: made.xidOf(key) });
      expect(await shardsOf(retrieveShares(sql, read, ALL)), "retrieveShares, another key").toBe(1);
      const end = request(next, { senderXid: made.xidOf(key) });
      expect(await shardsOf(deleteAccount(sql, end)), "deleteAccount").toBeLessThanOrEqual(3);
    }
  });

  test("about a contact asks its shard besides; and none asks all", async () => {
    const { key } = await made.openAccount(sql);
    const contact = made.newContact();
    const challenge = made.newChallenge();
    const change = { contact, challenge };
    const counted = {
      updateFallback: await shardsOf(updateFallback(sql, request(key), change, made.CHALLENGE_LIMITS)),
      lookUpToken: await shardsOf(done(lookUpToken(sql, challenge.tokenHash, NOW))),
      confirmByToken: await shardsOf(confirmByToken(sql, challenge.tokenHash, NOW, 0)),
      storeShare: await shardsOf(storeShare(sql, request(key), made.newShare(), QUOTAS)),
      ...(await transfer(contact)),
    };
    expect(await shardsOf(askFor(made.newContact())), "fallbackTransfer of nobody").toBeLessThanOrEqual(4);
    const most = {
      updateFallback: 3,
      lookUpToken: 2,
      confirmByToken: 3,
      storeShare: 1,
      fallbackTransfer: 4,
      verifyFallback: 4,
      claimMessages: 1,
      finishMessage: 1,
    };
    for (const [name, shards] of Object.entries(counted)) {
      expect(shards, name).toBeLessThanOrEqual(most[name as keyof typeof most]);
      expect(shards, name).toBeLessThan(SHARDS);
    }
  });

  const askFor = (contact: ReturnType<typeof made.newContact>) =>
    fallbackTransfer(sql, request(made.newKey()), contact, made.newChallenge(), made.CHALLENGE_LIMITS);

  async function transfer(contact: ReturnType<typeof made.newContact>) {
    const key = made.newKey();
    const challenge = made.newChallenge();
    const asking = fallbackTransfer(sql, request(key), contact, challenge, made.CHALLENGE_LIMITS);
    return {
      fallbackTransfer: await shardsOf(asking),
      verifyFallback: await shardsOf(
        verifyFallback(sql, request(key), challenge.codeHash, made.VERIFY_LIMITS),
      ),
      claimMessages: await shardsOf(done(claimMessages(sql, NOW, made.EVERYTHING))),
      finishMessage: await shardsOf(done(finishMessage(sql, "00000000-0000-0000-0000-000000000000"))),
    };
  }
});
