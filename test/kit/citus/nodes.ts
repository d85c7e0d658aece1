/**
 * A Citus cluster: a coordinator and workers, each a Postgres of its own on loopback (../postgres/cluster.ts), and databases
 * that are spread over them.
 *
 * Needs Citus, built for the Postgres that is installed. docs/scaling.md tells how.
 */
import { existsSync } from "node:fs";
import { randomBytes } from "@bc/envelope";
import { bytesToHex } from "#bc/dcbor";
import { delegated } from "../../../src/store/delegate.ts";
import { distribute } from "../../../src/store/distribute.ts";
import { connectPostgres, type PostgresDatabase } from "../../../src/store/drivers/postgres.ts";
import { readSchema } from "../../../src/store/drivers/schema-files.ts";
import { grantExecution } from "../../../src/store/migrate.ts";
import { NOW } from "../people.ts";
import { type Cluster, findPostgres, PATIENT, type Role } from "../postgres/cluster.ts";
import { ownCluster, type TestDatabase } from "../postgres/database.ts";
import type { Storage } from "../storage.ts";

export type Nodes = {
  readonly coordinator: Cluster;
  readonly workers: readonly Cluster[];
  readonly remove: () => Promise<void>;
};

export type DistributedDatabase = TestDatabase & {
  /** A pool to one of the nodes, as the server has it unless another role is named. To be closed by the caller. */
  readonly connectTo: (node: Cluster | undefined, role?: Role, connections?: number) => PostgresDatabase;
};

/** Few, so that each node has some of them and a test is not about their number. */
export const SHARDS = 8;
/** Of a database that a test asks. */
const CONNECTIONS = 4;
const SETTINGS = [
  "shared_preload_libraries = 'citus'",
  `citus.shard_count = ${SHARDS}`,
  // Rows that moved to another node are read from its log.
  "wal_level = logical",
  "max_prepared_transactions = 200",
  "citus.node_conninfo = 'sslmode=prefer'",
  // Each database has one of its own that runs all the time.
  "max_worker_processes = 80",
  // What a lost node has left behind is settled at once.
  "citus.recover_2pc_interval = '1s'",
];

/** Why tests that need Citus are skipped, with `CI=true` too: it is in no distribution. Undefined where they run. */
export function whyNoCitus(): string | undefined {
  const bin = findPostgres();
  const extension = bin?.replace(/^\/usr\/lib\/(.*)\/bin$/, "/usr/share/$1/extension/citus.control");
  if (extension !== undefined && existsSync(extension)) return undefined;
  return "needs Citus, built for the Postgres that is installed; see docs/scaling.md";
}

/**
 * To be removed by the caller.
 *
 * @param settings of each node, beside those of every such cluster, a line each.
 */
export async function ownNodes(workers: number, settings: readonly string[] = []): Promise<Nodes> {
  const [coordinator, ...others] = await Promise.all(
    Array.from({ length: workers + 1 }, () => ownCluster([...SETTINGS, ...settings])),
  );
  if (coordinator === undefined) throw new Error("no coordinator");
  const remove = async () => void (await Promise.all([coordinator, ...others].map((node) => node.remove())));
  return { coordinator, workers: others, remove };
}

/** A new database on all nodes, whose schema is the owner's and empty. */
export async function createNodesDatabase({ coordinator, workers }: Nodes): Promise<DistributedDatabase> {
  const name = `test_${bytesToHex(randomBytes(6))}`;
  for (const node of [coordinator, ...workers]) {
    await asSuperuser(node, "postgres", [`create database ${name} owner share_owner`]);
    await asSuperuser(node, name, ["create extension citus"]);
  }
  await asSuperuser(coordinator, name, [
    `select citus_set_coordinator_host('127.0.0.1', ${coordinator.port})`,
    ...workers.map(({ port }) => `select citus_add_node('127.0.0.1', ${port})`),
    "create schema store authorization share_owner",
    // So that Citus knows the role on all nodes: what comes with an object is made there before it.
    "create type store.known as (known boolean)",
    "alter type store.known owner to share_owner",
    "drop type store.known",
  ]);
  const connectTo: DistributedDatabase["connectTo"] = (node, role = "share_server", connections = 4) =>
    connectPostgres((node ?? coordinator).url(role, name), { connections });
  return {
    name,
    cluster: coordinator,
    url: (role) => coordinator.url(role, name),
    connect: (role, connections) => connectTo(coordinator, role, connections),
    connectTo,
  };
}

/** One URL for all nodes, as libpq writes it. */
export function urlOfNodes({ coordinator, workers }: Nodes, database: TestDatabase): string {
  const url = new URL(database.url("share_server"));
  return url.href.replace(
    url.host,
    [coordinator, ...workers].map(({ port }) => `127.0.0.1:${port}`).join(","),
  );
}

/** Tells all nodes that one of them is found at another's address from now on. */
export async function replaceNode(
  { name, cluster }: TestDatabase,
  former: Cluster,
  now: Cluster,
): Promise<void> {
  const nodeId = `(select nodeid from pg_dist_node where nodeport = ${former.port})`;
  await asSuperuser(cluster, name, [`select citus_update_node(${nodeId}, '127.0.0.1', ${now.port})`]);
}

/** Makes a point of this name in the log of every node. */
export async function makeRestorePoint({ name, cluster }: TestDatabase, point: string): Promise<void> {
  await asSuperuser(cluster, name, [`select citus_create_restore_point('${point}')`]);
}

/** A further worker, of this database only, without any rows yet. To be removed by the caller. */
export async function addWorker({ coordinator }: Nodes, { name }: TestDatabase): Promise<Cluster> {
  const worker = await ownCluster(SETTINGS);
  try {
    await asSuperuser(worker, "postgres", [`create database ${name} owner share_owner`]);
    await asSuperuser(worker, name, ["create extension citus"]);
    await asSuperuser(coordinator, name, [`select citus_add_node('127.0.0.1', ${worker.port})`]);
  } catch (error) {
    await worker.remove();
    throw error;
  }
  return worker;
}

/** A new database that is spread over all nodes, ready for the role of a server. */
export async function createDistributedDatabase(nodes: Nodes): Promise<DistributedDatabase> {
  const database = await createNodesDatabase(nodes);
  const owner = connectPostgres(database.url("share_owner"), PATIENT);
  await distribute(owner.sql, await readSchema(), NOW, () => undefined);
  await grantExecution(owner.sql, "share_server");
  await owner.close();
  return database;
}

/** What keeps the data of tests that run on more than one kind of database: a new one on these nodes each time. */
export function storageOn(nodes: Nodes): Storage {
  return {
    name: "Citus",
    openDatabase: async () => {
      const { url } = await createDistributedDatabase(nodes);
      const { sql, close } = connectPostgres(url("share_owner"), { ...PATIENT, connections: CONNECTIONS });
      return { sql: delegated(sql), close };
    },
    environment: async () => ({ DATABASE_URL: urlOfNodes(nodes, await createDistributedDatabase(nodes)) }),
  };
}

async function asSuperuser(node: Cluster, database: string, statements: readonly string[]): Promise<void> {
  const { sql, close } = connectPostgres(node.url("postgres", database), PATIENT);
  for (const statement of statements) await sql(statement, []);
  await close();
}
