/** Databases for tests: one cluster for the whole run, made by whoever needs it first, and any number of databases in it. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { randomBytes } from "@bc/envelope";
import { bytesToHex } from "#bc/dcbor";
import { connectPostgres, type PostgresDatabase } from "../../../src/store/drivers/postgres.ts";
import { readSchema } from "../../../src/store/drivers/schema-files.ts";
import { grantExecution, migrate } from "../../../src/store/migrate.ts";
import { NOW } from "../people.ts";
import { type Cluster, clusterAt, copyCluster, createCluster, PATIENT, type Role } from "./cluster.ts";
import { RUN_FOLDER } from "./run.ts";

const POLL_INTERVAL = 100;

export type TestDatabase = {
  readonly name: string;
  readonly cluster: Cluster;
  readonly url: (role: Role) => string;
  /** A pool, as the server has it unless another role is named. To be closed by the caller. */
  readonly connect: (role?: Role, connections?: number) => PostgresDatabase;
};

/** The cluster of this run. Whichever test file comes first makes it, the others wait. */
export async function sharedCluster(): Promise<Cluster> {
  const run = runFolder();
  const folder = join(run, "cluster");
  const made = join(run, "made");
  try {
    mkdirSync(join(run, "making"));
  } catch {
    while (!existsSync(made)) await setTimeout(POLL_INTERVAL);
    return clusterAt(folder, Number(readFileSync(made, "utf8")));
  }
  try {
    const cluster = await createCluster(folder);
    writeFileSync(`${made}.draft`, String(cluster.port));
    renameSync(`${made}.draft`, made);
    return cluster;
  } catch (error) {
    rmSync(join(run, "making"), { recursive: true });
    throw error;
  }
}

/**
 * A cluster for a test file of its own, which may stop it; to be removed by the caller.
 *
 * @param settings beside those of every cluster, a line each.
 */
export async function ownCluster(settings: readonly string[] = []): Promise<Cluster> {
  return createCluster(join(runFolder(), `cluster-${randomHex()}`), false, settings);
}

/** A copy of a running cluster, in a folder of its own; to be removed by the caller. It is not started. */
export async function ownCopy(of: Cluster, isStandby: boolean): Promise<Cluster> {
  return copyCluster(of, join(runFolder(), `copy-${randomHex()}`), isStandby);
}

/** A new database, without a schema. */
export async function createEmptyDatabase(cluster?: Cluster): Promise<TestDatabase> {
  const shared = cluster ?? (await sharedCluster());
  const name = `test_${randomHex()}`;
  const url = (role: Role) => shared.url(role, name);
  const connect = (role: Role = "share_server", connections = 4) =>
    connectPostgres(url(role), { connections });
  const admin = connectPostgres(shared.url("postgres", "postgres"), PATIENT);
  await admin.sql(`create database ${name} owner share_owner`, []);
  await admin.close();
  return { name, cluster: shared, url, connect };
}

function runFolder(): string {
  const folder = process.env[RUN_FOLDER];
  if (folder === undefined) throw new Error("vitest's global setup did not run");
  return folder;
}

function randomHex(): string {
  return bytesToHex(randomBytes(6));
}

/** A new database with this program's schema, ready for the role of a server. */
export async function createTestDatabase(cluster?: Cluster): Promise<TestDatabase> {
  const database = await createEmptyDatabase(cluster);
  const owner = connectPostgres(database.url("share_owner"), PATIENT);
  await migrate(owner.sql, await readSchema(), NOW);
  await grantExecution(owner.sql, "share_server");
  await owner.close();
  return database;
}
