/** `share-server migrate --distribute`: from one node with data to several, forward only. */
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { distribute } from "../../src/store/distribute.ts";
import { readSchema } from "../../src/store/drivers/schema-files.ts";
import { fallbackTransfer } from "../../src/store/fallback-transfer.ts";
import { grantExecution, migrate } from "../../src/store/migrate.ts";
import { retrieveFallback } from "../../src/store/retrieve-fallback.ts";
import { retrieveShares } from "../../src/store/retrieve-shares.ts";
import { schemaState, whyUnfit } from "../../src/store/schema.ts";
import { storeShare } from "../../src/store/store-share.ts";
import { updatePublicKey } from "../../src/store/update-public-key.ts";
import { createNodesDatabase, type Nodes, ownNodes, SHARDS, whyNoCitus } from "../kit/citus/nodes.ts";
import { brokenInvariants } from "../kit/invariants.ts";
import { operate } from "../kit/operator-command.ts";
import { whyNoPostgres } from "../kit/postgres/cluster.ts";
import { createEmptyDatabase } from "../kit/postgres/database.ts";
import * as made from "../store/fixtures.ts";

const { NOW, request } = made;
const ALL = { shareIds: null, lenient: false };

/** What the command prints, or why it fails. */
async function migrateCommand(url: string, ...args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await operate(["migrate", ...args], { DATABASE_URL: url });
  return `${stdout}${stderr}`.trim();
}

const withoutPostgres = whyNoPostgres();
describe.skipIf(withoutPostgres)(`a plain Postgres${withoutPostgres ? ` (${withoutPostgres})` : ""}`, () => {
  test("is not distributed, and says so in one line", async () => {
    const database = await createEmptyDatabase();
    expect(await migrateCommand(database.url("share_owner"), "--distribute")).toBe(
      "share-server: --distribute needs Citus, and this database has no extension of that name",
    );
  });
});

const skipped = whyNoCitus();
describe.skipIf(skipped)(`a database on a coordinator${skipped ? ` (${skipped})` : ""}`, () => {
  let nodes: Nodes;
  beforeAll(async () => {
    nodes = await ownNodes(2);
  });
  afterAll(() => nodes.remove());

  async function withAccounts() {
    const database = await createNodesDatabase(nodes);
    const owner = database.connect("share_owner");
    const server = database.connect();
    onTestFinished(async () => void (await Promise.all([owner.close(), server.close()])));
    await migrate(owner.sql, await readSchema(), NOW);
    await grantExecution(owner.sql, "share_server");
    const accounts = await Promise.all(
      Array.from({ length: 20 }, async () => await made.openAccount(server.sql)),
    );
    return { database, owner, server, accounts };
  }

  test("keeps what it has: accounts with their keys and contacts, and a transfer that is under way", async () => {
    const { database, server, accounts } = await withAccounts();
    const [moved, asked] = accounts;
    if (moved === undefined || asked === undefined) throw new Error("no account");
    const later = made.newKey();
    await updatePublicKey(server.sql, request(moved.key), later);
    const contact = await made.validateContact(server.sql, asked.key);
    const transfer = [request(made.newKey()), contact, made.newChallenge(), made.CHALLENGE_LIMITS] as const;
    await fallbackTransfer(server.sql, ...transfer);

    const told = await migrateCommand(database.url("share_owner"), "--distribute");
    expect(told).toContain("moving  account, 20 rows");
    expect(told).toMatch(/the database is distributed$/);
    expect(await migrateCommand(database.url("share_owner"), "--distribute")).toBe(
      "the database was distributed before",
    );
    for (const node of [nodes.coordinator, ...nodes.workers]) {
      expect(await migrateCommand(node.url("share_owner", database.name), "--status")).toMatch(
        /\napplied {2}functions\nlayout {2}distributed over 2 nodes$/,
      );
    }
    // Roles that could call the functions can call the new ones, on every node.
    for (const node of [nodes.coordinator, ...nodes.workers]) {
      const { sql, close } = database.connectTo(node);
      for (const { key, xid, share } of accounts) {
        const reader = key === moved.key ? request(later, { senderXid: xid }) : request(key);
        expect(await retrieveShares(sql, reader, ALL)).toMatchObject({
          outcome: "ok",
          shares: [{ shareId: share.shareId }],
          transferPending: key === asked.key,
        });
      }
      expect(await retrieveFallback(sql, request(asked.key))).toMatchObject({ outcome: "ok" });
      await close();
    }
    expect((await updatePublicKey(server.sql, request(asked.key), later)).outcome).toBe("key-in-use");
  });

  test("is served no more once it is distributed by half, and finished by the next call", async () => {
    const { database, owner, server, accounts } = await withAccounts();
    // Something refers to one of the tables, so that Citus can't move it.
    await owner.sql("create table store.other (message_id uuid references store.notice)", []);
    expect(await migrateCommand(database.url("share_owner"), "--distribute")).toMatch(/\nshare-server: /);
    await owner.sql("drop table store.other", []);

    expect(whyUnfit(await schemaState(server.sql))).toMatch(/run `share-server migrate`/);
    expect(await migrateCommand(database.url("share_owner"))).toBe(
      "share-server: the database is distributed by half; `share-server migrate --distribute` finishes it",
    );
    expect(await migrateCommand(database.url("share_owner"), "--status")).toMatch(
      /\nlayout {2}distributed by half; `share-server migrate --distribute` finishes it$/,
    );
    // A program whose tables are others can't go on where this one was.
    const { migrations, ...rest } = await readSchema();
    const later = [...migrations, { version: migrations.length + 1, name: "later", script: "select 1" }];
    await expect(
      distribute(owner.sql, { ...rest, migrations: later }, NOW, () => undefined),
    ).rejects.toMatchObject({ code: "schema" });
    expect(await migrateCommand(database.url("share_owner"), "--distribute")).toMatch(
      /the database is distributed$/,
    );
    for (const { key } of accounts) {
      expect((await retrieveShares(server.sql, request(key), ALL)).outcome).toBe("ok");
    }
  });

  test("hands calls to the nodes of their accounts, also after its functions have been replaced", async () => {
    const { owner, server, accounts } = await withAccounts();
    const schema = await readSchema();
    await distribute(owner.sql, schema, NOW, () => undefined);
    const delegated = async () =>
      await owner.sql<{ name: string }>(
        `select p.oid::regprocedure::text as name from pg_proc p join pg_catalog.pg_dist_object o on o.objid = p.oid
         where o.classid = 'pg_proc'::regclass and o.distribution_argument_index = 1 order by name`,
        [],
      );
    const before = await delegated();
    expect(before.length).toBeGreaterThan(0);
    // One that returns something else cannot be replaced: all are dropped and made anew.
    const functions = schema.functions.map((text) =>
      text.replace(/(function store\.key_lock\(p_key_id bytea\)\s+returns) bigint/, "$1 numeric"),
    );
    expect((await migrate(owner.sql, { ...schema, functions }, NOW)).functions).toBe(true);
    expect(await delegated()).toEqual(before);
    for (const { key } of accounts) {
      expect((await retrieveShares(server.sql, request(key), ALL)).outcome).toBe("ok");
    }
  });

  test("takes later migrations, which reach the shards on every node", async () => {
    const { owner, server, accounts } = await withAccounts();
    const { migrations, ...rest } = await readSchema();
    await distribute(owner.sql, { migrations, ...rest }, NOW, () => undefined);
    const script = `
      alter table store.account set (fillfactor = 80);
      alter table store.account add column since_later integer not null default 5;`;
    const later = { version: migrations.length + 1, name: "later", script };
    const schema = { ...rest, migrations: [...migrations, later] };
    expect((await migrate(owner.sql, schema, NOW)).migrations).toMatchObject([{ name: "later" }]);
    expect(await migrate(owner.sql, schema, NOW)).toMatchObject({ migrations: [], functions: false });
    const shards = await owner.sql<{ told: string }>(
      `select result as told from run_command_on_shards('store.account', $$
         select coalesce(array_to_string(reloptions, ','), '') || ' ' || (
           select count(*) from pg_attribute where attrelid = '%1$s'::regclass and attname = 'since_later'
         ) from pg_class where oid = '%1$s'::regclass
       $$)`,
      [],
    );
    expect(shards.map(({ told }) => told)).toEqual(Array.from({ length: SHARDS }, () => "fillfactor=80 1"));
    for (const { key } of accounts) {
      expect((await retrieveShares(server.sql, request(key), ALL)).outcome).toBe("ok");
      expect((await storeShare(server.sql, request(key), made.newShare(), made.QUOTAS)).outcome).toBe("ok");
    }
  });

  test("knows a contact by both names, if a rekey is under way", async () => {
    const { database, owner, server, accounts } = await withAccounts();
    const [named] = accounts;
    if (named === undefined) throw new Error("no account");
    const contact = await made.validateContact(server.sql, named.key);
    await owner.sql(
      "insert into store.server (storage_key_fingerprint, data_key, former_data_key) values (sha256(''), 2, 1)",
      [],
    );
    await owner.sql(
      "update store.contact set former_hmac = contact_hmac, contact_hmac = sha256(contact_hmac)",
      [],
    );
    await migrateCommand(database.url("share_owner"), "--distribute");
    expect(await brokenInvariants(owner.sql)).toEqual([]);
    const owners = await owner.sql(
      "select xid from store.contact_owner where contact_hmac in ($1, sha256($1))",
      [contact.hmac],
    );
    expect(owners).toEqual([{ xid: named.xid }, { xid: named.xid }]);
  });

  test("is distributed by its coordinator only", async () => {
    const { database } = await withAccounts();
    const [worker] = nodes.workers;
    const url = worker?.url("share_owner", database.name) ?? "";
    expect(await migrateCommand(url, "--distribute")).toBe(
      "share-server: --distribute goes to the coordinator, and DATABASE_URL names another node",
    );
  });
});
