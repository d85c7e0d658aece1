/**
 * What a request costs each node, on one Postgres and on Citus: `node bench/nodes.ts [CALLS [WORKERS,WORKERS,…]]`.
 *
 * Makes the nodes in temporary folders, on this machine, so it measures processor time and no rate. Calls are asked of the
 * coordinator, and then of all workers in turn; of each node everything is counted that its processes do, what Citus does by
 * itself besides. Linux only. Postgres runs without fsync.
 */
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { delegated } from "../src/store/delegate.ts";
import { deleteShares } from "../src/store/delete-shares.ts";
import { retrieveShares } from "../src/store/retrieve-shares.ts";
import type { Sql } from "../src/store/sql.ts";
import { storeShare } from "../src/store/store-share.ts";
import type { KeyId } from "../src/store/types.ts";
import { createDistributedDatabase, ownNodes, whyNoCitus } from "../test/kit/citus/nodes.ts";
import { type Cluster, createCluster } from "../test/kit/postgres/cluster.ts";
import { createTestDatabase } from "../test/kit/postgres/database.ts";
import { RUN_FOLDER } from "../test/kit/postgres/run.ts";
import { newKey, newShare, request } from "../test/store/fixtures.ts";
import { nodeTime } from "./node-time.ts";

const [calls = 2_000] = process.argv.slice(2, 3).map(Number);
const sizes = (process.argv[3] ?? "1,2,4").split(",").map(Number);
const ACCOUNTS = 300;
const CALLERS = 4;
const WARM_UP = 400;
const ROOMY = { maxShareBytes: 10_000, maxShares: 1_000_000, maxAccountBytes: 1_000_000_000 };
const SHARE_SIZE = 300;

type Place = {
  readonly name: string;
  readonly coordinator: Cluster | undefined;
  readonly workers: readonly Cluster[];
  /** Pools as a server asks them, which the calls go to in turn. */
  readonly entries: readonly Sql[];
};

const CALLS: Readonly<Record<string, (sql: Sql, key: KeyId) => Promise<unknown>>> = {
  "store one more": (sql, key) => storeShare(sql, request(key), newShare(SHARE_SIZE), ROOMY),
  "retrieve all": (sql, key) => retrieveShares(sql, request(key), { shareIds: null, lenient: false }),
  "delete all": (sql, key) => deleteShares(sql, request(key), null),
  "open an account": (sql) => storeShare(sql, request(newKey()), newShare(SHARE_SIZE), ROOMY),
};

async function inTurn(
  place: Place,
  keys: readonly KeyId[],
  count: number,
  call: (sql: Sql, key: KeyId) => Promise<unknown>,
) {
  let next = 0;
  const caller = async () => {
    while (next < count) {
      const number = next++;
      const entry = place.entries[number % place.entries.length];
      const key = keys[(number * 7) % keys.length];
      if (entry !== undefined && key !== undefined) await call(entry, key);
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
}

async function measure(place: Place): Promise<void> {
  const keys = Array.from({ length: ACCOUNTS }, () => newKey());
  const opened = keys.values();
  await inTurn(place, keys, ACCOUNTS, async (sql) => {
    const { value: key } = opened.next();
    if (key !== undefined) await storeShare(sql, request(key), newShare(SHARE_SIZE), ROOMY);
  });
  for (const call of Object.values(CALLS)) await inTurn(place, keys, WARM_UP, call);
  for (const [name, call] of Object.entries(CALLS)) {
    const nodes = place.coordinator === undefined ? place.workers : [place.coordinator, ...place.workers];
    const before = nodes.map(nodeTime);
    await inTurn(place, keys, calls, call);
    const used = nodes.map((node, index) => (nodeTime(node) - (before[index] ?? 0)) / calls);
    const ofWorkers = used.slice(place.coordinator === undefined ? 0 : 1);
    const sum = ofWorkers.reduce((one, other) => one + other, 0);
    const each = ofWorkers.map((one) => one.toFixed(3)).join(", ");
    const besides = place.coordinator === undefined ? "" : `; coordinator ${used[0]?.toFixed(3)}`;
    process.stdout.write(
      `${place.name} | ${name} | ${sum.toFixed(3)} ms a call; by worker ${each}${besides}\n`,
    );
  }
}

const missing = whyNoCitus();
if (missing !== undefined) throw new Error(missing);
const folder = mkdtempSync(join(tmpdir(), "share-server-nodes-"));
chmodSync(folder, 0o711);
process.env[RUN_FOLDER] = folder;
try {
  const cluster = await createCluster(join(folder, "one"));
  const one = await createTestDatabase(cluster);
  const pool = one.connect("share_server", CALLERS);
  await measure({ name: "Postgres", coordinator: undefined, workers: [cluster], entries: [pool.sql] });
  await pool.close();
  await cluster.remove();
  for (const size of sizes) {
    const nodes = await ownNodes(size);
    const database = await createDistributedDatabase(nodes);
    const { coordinator, workers } = nodes;
    for (const [asked, nodesAsked] of [
      ["the coordinator", [coordinator]],
      ["workers", workers],
    ] as const) {
      const pools = nodesAsked.map((node) => database.connectTo(node, "share_server", CALLERS));
      const entries = pools.map(({ sql }) => delegated(sql));
      await measure({ name: `Citus, ${size} workers, ${asked} asked`, coordinator, workers, entries });
      await Promise.all(pools.map(({ close }) => close()));
    }
    await nodes.remove();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
