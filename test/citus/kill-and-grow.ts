/**
 * `node test/citus/kill-and-grow.ts ROUNDS SEED`: writers store and delete shares of a Citus cluster with two workers, which is
 * one node's affair each time. Half of them also change their keys, each time a two-phase commit of several nodes.
 * Meanwhile each round kills a worker in the middle of their transactions and starts it again. Then a third worker comes, and
 * shards move to it while the writers go on.
 *
 * After each round no prepared transaction may be left, and every account must have what was acknowledged and nothing else.
 * Exit code 1 at the first thing that is wrong.
 */
import { performance } from "node:perf_hooks";
import { setTimeout } from "node:timers/promises";
import { delegated } from "../../src/store/delegate.ts";
import { deleteShares } from "../../src/store/delete-shares.ts";
import { connectPostgres, type PostgresDatabase } from "../../src/store/drivers/postgres.ts";
import { retrieveShares } from "../../src/store/retrieve-shares.ts";
import { type Sql, StoreError } from "../../src/store/sql.ts";
import { storeShare } from "../../src/store/store-share.ts";
import { type AccountXid, type KeyId, type RequestIdentity, shareId } from "../../src/store/types.ts";
import { updatePublicKey } from "../../src/store/update-public-key.ts";
import { addWorker, createDistributedDatabase, ownNodes, whyNoCitus } from "../kit/citus/nodes.ts";
import { type Cluster, PATIENT } from "../kit/postgres/cluster.ts";
import setup from "../kit/postgres/run.ts";
import { randomOf } from "../reader/random.ts";
import * as made from "../store/fixtures.ts";

const WRITERS = 24;
/** Of the calls of a writer that changes its key, one in so many does that. */
const KEY_CHANGES = 2;
/** Milliseconds of work before a worker is killed, and until it is started again, at most. */
const CALM = 1_000;
const DOWN = 1_000;
/** Milliseconds between two tries of a request that was not answered. */
const AGAIN = 20;
/** Milliseconds within which nodes that run have to settle what was prepared: each looks once a second. */
const SETTLES = 60_000;
/** Milliseconds of load that latencies are taken of, before and during the move. */
const MEASURED = 10_000;
const ROOMY = { ...made.QUOTAS, maxShares: 1_000_000, maxAccountBytes: 1_000_000_000 };
const ALL = { shareIds: null, lenient: false };

const [rounds = 20, seed = 1] = process.argv.slice(2).map(Number);
const missing = whyNoCitus();
if (missing !== undefined || !Number.isInteger(rounds) || !Number.isInteger(seed)) {
  process.stderr.write(`${missing ?? "node test/citus/kill-and-grow.ts ROUNDS SEED"}\n`);
  process.exit(2);
}

const random = randomOf(seed);
const tearDown = setup();
const nodes = await ownNodes(2);
const database = await createDistributedDatabase(nodes);
const entries = [nodes.coordinator, ...nodes.workers].map((node) =>
  database.connectTo(node, "share_server", 16),
);
const tally = { acknowledged: 0, keys: 0, failed: 0, begun: 0 };
/** Of writers whose account lies elsewhere than on the killed worker, and which keep their key. */
const elsewhere = { begun: 0, failed: 0 };
let killed: Cluster | undefined;
let latencies: number[] = [];
let isOver = false;
/** Something is wrong: nobody tries again. */
let isGivenUp = false;

type Writer = {
  readonly xid: AccountXid;
  key: KeyId;
  readonly keepsKey: boolean;
  readonly shares: Set<string>;
  readonly home: number;
};

async function newWriter(_: unknown, place: number): Promise<Writer> {
  const { key, xid, share } = await made.openAccount(entryOf(0));
  const owner = database.connect("share_owner", 1);
  const [row] = await owner.sql<{ port: number }>(
    `select nodeport as port from pg_dist_placement p join pg_dist_node n on n.groupid = p.groupid
     where p.shardid = get_shard_id_for_distribution_column('store.account', $1::bytea)`,
    [key],
  );
  await owner.close();
  const shares = new Set([made.hex(share.shareId)]);
  return { xid, key, keepsKey: place % 2 === 0, shares, home: row?.port ?? 0 };
}

function entryOf(place: number): Sql {
  return delegated((entries[place] as PostgresDatabase).sql);
}

/** Sends one request until it is answered. */
async function insist<T>({ home, keepsKey }: Writer, call: (sql: Sql) => Promise<T>): Promise<T> {
  for (;;) {
    const begun = performance.now();
    const isElsewhere = keepsKey && killed !== undefined && killed.port !== home;
    tally.begun += 1;
    if (isElsewhere) elsewhere.begun += 1;
    try {
      const answer = await call(entryOf(0));
      latencies.push(performance.now() - begun);
      tally.acknowledged += 1;
      return answer;
    } catch (error) {
      if (!(error instanceof StoreError) || isGivenUp) throw error;
      tally.failed += 1;
      if (isElsewhere) elsewhere.failed += 1;
      await setTimeout(AGAIN);
    }
  }
}

function identityOf({ key, xid }: Writer): RequestIdentity {
  const now = new Date();
  return made.request(key, { senderXid: xid, now, expiresAt: made.later(3_600, now) });
}

async function write(writer: Writer): Promise<void> {
  for (let call = 1; !isOver; call++) {
    const request = identityOf(writer);
    const [first] = writer.shares;
    if (!writer.keepsKey && call % KEY_CHANGES === 0) {
      const key = made.newKey();
      expectOk(await insist(writer, (sql) => updatePublicKey(sql, request, key, { isProven: true })));
      writer.key = key;
      tally.keys += 1;
    } else if (writer.shares.size > 20 && first !== undefined) {
      const id = Uint8Array.from(Buffer.from(first, "hex"));
      expectOk(await insist(writer, (sql) => deleteShares(sql, request, [shareId(id)])));
      writer.shares.delete(first);
    } else {
      const share = made.newShare();
      expectOk(await insist(writer, (sql) => storeShare(sql, request, share, ROOMY)));
      writer.shares.add(made.hex(share.shareId));
    }
  }
}

function expectOk({ outcome }: { readonly outcome: string }): void {
  if (outcome !== "ok") throw new Error(`answered ${outcome}`);
}

/** What a node has prepared in the database and not settled yet, the oldest first. */
function preparedAt(sql: Sql): Promise<readonly { readonly gid: string }[]> {
  return sql("select gid from pg_prepared_xacts where database = current_database() order by prepared", []);
}

/** Resolves when no node has a prepared transaction left. @throws where some are left after {@link SETTLES}. */
async function settled(all: readonly Cluster[]): Promise<void> {
  const end = performance.now() + SETTLES;
  for (const node of all) {
    await using admin = openAdmin(node);
    for (;;) {
      const left = await preparedAt(admin.sql);
      if (left.length === 0) break;
      if (performance.now() > end) throw new Error(unsettled(node, left));
      await setTimeout(AGAIN);
    }
  }
}

function unsettled({ port }: Cluster, left: readonly { readonly gid: string }[]): string {
  const role = port === nodes.coordinator.port ? "the coordinator" : "a worker";
  return `after ${SETTLES} ms ${role} (port ${port}) has ${left.length} prepared transactions left: ${left.map(({ gid }) => gid).join(", ")}`;
}

function openAdmin(node: Cluster = nodes.coordinator): AsyncDisposable & Pick<PostgresDatabase, "sql"> {
  const { sql, close } = connectPostgres(node.url("postgres", database.name), PATIENT);
  return { sql, [Symbol.asyncDispose]: close };
}

async function check(writers: readonly Writer[]): Promise<void> {
  for (const [place] of entries.entries()) {
    for (const writer of writers) {
      const { shares } = writer;
      const found = await patient(() => retrieveShares(entryOf(place), identityOf(writer), ALL));
      const have = found.outcome === "ok" ? found.shares.map((share) => made.hex(share.shareId)) : [];
      if (have.length !== shares.size || have.some((id) => !shares.has(id))) {
        throw new Error(`an account has ${have.length} shares instead of ${shares.size}`);
      }
    }
  }
}

/** A pool's connections to a node that was killed fail once each. */
async function patient<T>(call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      await setTimeout(AGAIN);
    }
  }
}

function percentile(of: readonly number[], part: number): string {
  const sorted = [...of].sort((one, other) => one - other);
  return `${(sorted[Math.floor(sorted.length * part)] ?? 0).toFixed(1)} ms`;
}

async function underLoad(writers: readonly Writer[], meanwhile: () => Promise<void>): Promise<void> {
  isOver = false;
  latencies = [];
  const working = Promise.all(writers.map(write));
  await Promise.race([meanwhile(), working]).finally(() => {
    isOver = true;
  });
  await working;
}

const tell = (line: string) => process.stdout.write(`${line}\n`);
let third: Cluster | undefined;
try {
  const writers = await Promise.all(Array.from({ length: WRITERS }, newWriter));
  /** What the killed worker came back with. */
  const prepared = { rounds: 0, transactions: 0 };
  for (let round = 1; round <= rounds; round++) {
    const victim = random.pick(nodes.workers);
    await underLoad(writers, async () => {
      await setTimeout(random.below(CALM));
      killed = victim;
      await victim.kill();
      await setTimeout(random.below(DOWN));
      await victim.start();
      await using admin = openAdmin(victim);
      const inTheMiddle = (await preparedAt(admin.sql)).length;
      killed = undefined;
      prepared.rounds += inTheMiddle > 0 ? 1 : 0;
      prepared.transactions += inTheMiddle;
      await setTimeout(random.below(CALM));
    });
    await settled([nodes.coordinator, ...nodes.workers]);
    await check(writers);
    tell(`round ${round}: ${tally.acknowledged} acknowledged so far`);
  }
  tell(
    `${tally.acknowledged} acknowledged, of which ${tally.keys} key changes, none lost; ` +
      `${tally.failed} of ${tally.begun} calls failed`,
  );
  tell(
    `while a worker was down, of accounts elsewhere ${elsewhere.failed} of ${elsewhere.begun} calls failed`,
  );
  tell(
    `in ${prepared.rounds} of ${rounds} rounds it came back with prepared transactions, ${prepared.transactions} in all, ` +
      "which were settled",
  );

  await underLoad(writers, () => setTimeout(MEASURED));
  tell(`before the move: p50 ${percentile(latencies, 0.5)}, p99 ${percentile(latencies, 0.99)}`);
  third = await addWorker(nodes, database);
  const { port } = third;
  await using admin = openAdmin();
  await underLoad(writers, async () => {
    const begun = performance.now();
    await admin.sql("select rebalance_table_shards()", []);
    tell(`the shards moved in ${((performance.now() - begun) / 1_000).toFixed(1)} s`);
  });
  tell(
    `while they moved: p50 ${percentile(latencies, 0.5)}, p99 ${percentile(latencies, 0.99)}, ` +
      `longest ${percentile(latencies, 1 - Number.EPSILON)}`,
  );
  const [moved] = await admin.sql<{ count: number }>(
    `select count(*)::integer as count from citus_shards
     where table_name = 'store.account'::regclass and nodeport = $1`,
    [port],
  );
  await check(writers);
  tell(`the third worker has ${moved?.count} shards of the accounts; nothing was lost`);
} catch (error) {
  isGivenUp = true;
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
} finally {
  await Promise.all(entries.map(({ close }) => close()));
  await third?.remove();
  await nodes.remove();
  await tearDown();
}
