/**
 * What the server keeps: its secrets, and a database that fits them.
 *
 * Without `DATABASE_URL` the server opens an embedded database in the data folder, and brings it to this program's
 * schema. On a Postgres server only the operator's command does that. The Postgres server may start after this one:
 * until it is there and fits, this one answers requests with 503.
 */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { setImmediate } from "node:timers/promises";
import { bytesToHex } from "#bc/dcbor";
import { type Config, ConfigError } from "../server/config.ts";
import { keyMaker } from "../server/identity-scheme.ts";
import { openServerKeys } from "../server/server-keys.ts";
import type { ServerIdentity } from "../service/index.ts";
import { fingerprintOf, openStorageKeys, type StorageKeys } from "../service/storage-keys.ts";
import { delegated } from "../store/delegate.ts";
import { openPgliteThread } from "../store/drivers/pglite-thread.ts";
import { connectPostgres, type PostgresDatabase } from "../store/drivers/postgres.ts";
import { readSchema } from "../store/drivers/schema-files.ts";
import { expectFit, withFitCheck } from "../store/fit-check.ts";
import { gathered } from "../store/gather.ts";
import { migrate } from "../store/migrate.ts";
import { reasonOf } from "../store/reason.ts";
import { type Sql, StoreError } from "../store/sql.ts";
import { watchDisk } from "./disk.ts";
import type { PoolState, Waits } from "./gauges.ts";
import { closeFolder, hasSecret, loadSecrets, type Secrets } from "./secrets.ts";

/**
 * Statements of one function that a process has under way: while one waits for the disk, another is computed. The embedded
 * database carries out one after the other.
 */
const STATEMENTS_AT_ONCE = 2;

export type ServerStorage = {
  readonly serverIdentity: ServerIdentity;
  readonly keys: StorageKeys;
  /** Of the storage key, in hex: it tells one database from another. */
  readonly fingerprint: string;
  readonly sql: Sql;
  /** Whether this process is the only one that can ever read the database, and may read all of it. */
  readonly isEmbedded: boolean;
  /** For the log: where the data is, without any secret. */
  readonly data: string;
  /** Whether the disk of the embedded database has less room than it should. Of another's nothing is known. */
  readonly diskIsShort: () => boolean;
  /** Bytes that are free there. Absent: the database is elsewhere. */
  readonly freeBytes?: () => number;
  /** Absent: there are no connections. */
  readonly pool?: () => PoolState;
  /** Upkeep that the database needs every hour or so. Absent: it looks after itself. */
  readonly maintain?: () => Promise<void>;
  readonly close: () => Promise<void>;
  /** Resolves only if the database fails in such a way that a new process has to open it again. */
  readonly panicked: Promise<StoreError>;
};

type Database = Omit<ServerStorage, "serverIdentity" | "keys" | "fingerprint">;

/**
 * @param now for the record of the migrations.
 * @param onNotReady gets the reason, in words for the operator, why the server can't serve requests yet.
 * @param waits absent: nobody counts.
 * @throws {ConfigError | StoreError} when the server could serve no request, now or later.
 */
export async function openStorage(
  config: Config,
  now: Date,
  onNotReady: (reason: string) => void,
  waits?: Waits,
): Promise<ServerStorage> {
  const { serverKeys, storageKey } = await secretsFor(config);
  const serverIdentity = await openServerKeys(serverKeys, config.IDENTITY_GRACE);
  const fingerprint = fingerprintOf(storageKey);
  const { DATABASE_URL } = config;
  const database =
    DATABASE_URL === undefined
      ? await openEmbedded(resolve(config.DATA_DIR), config.MIN_FREE_BYTES, fingerprint, now, waits)
      : await openServer(DATABASE_URL, config.DATABASE_POOL, fingerprint, onNotReady, waits);
  return {
    ...database,
    serverIdentity,
    keys: openStorageKeys(database.sql, storageKey),
    fingerprint: bytesToHex(fingerprint),
  };
}

/** The server's secrets, made if this is its first start. @throws {ConfigError} */
export async function secretsFor(config: Config): Promise<Secrets> {
  const folder = resolve(config.DATA_DIR);
  const { DATABASE_URL, SERVER_PRIVATE_KEYS: serverKeys, STORAGE_KEY: storageKey } = config;
  const makeKeys = await keyMaker(config.IDENTITY_SCHEME);
  const isUsed = DATABASE_URL === undefined || serverKeys === undefined || storageKey === undefined;
  try {
    if (isUsed) closeFolder(folder);
    const [known, whyNotNew] =
      DATABASE_URL === undefined
        ? [existsSync(join(folder, "database")), "but the database beside it is not"]
        : [hasSecret(folder), "but the other secret beside it is not"];
    return loadSecrets(folder, { serverKeys, storageKey }, known ? whyNotNew : undefined, makeKeys);
  } catch (error) {
    throw aboutFolder(error);
  }
}

/** The system's or the database's complaint about the folder, with the name of the variable. */
function aboutFolder(error: unknown): unknown {
  const isItsFault = error instanceof StoreError || (error instanceof Error && "syscall" in error);
  return isItsFault ? new ConfigError(`DATA_DIR: ${reasonOf(error)}`) : error;
}

async function openEmbedded(
  folder: string,
  minFreeBytes: number,
  fingerprint: Uint8Array,
  now: Date,
  waits: Waits | undefined,
): Promise<Database> {
  const { isShort: diskIsShort, freeBytes } = watchDisk(folder, minFreeBytes);
  const { sql, maintain, close, panicked } = await openPgliteThread(folder).catch((error: unknown) => {
    throw aboutFolder(error);
  });
  try {
    await migrate(sql, await readSchema(), now);
    await expectFit(sql, fingerprint);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    sql: gathered(sql, 1, { endOfTurn: setImmediate, inHalves: true, watch: waits?.statement }),
    isEmbedded: true,
    data: folder,
    diskIsShort,
    freeBytes,
    maintain,
    close,
    panicked,
  };
}

async function openServer(
  url: string,
  connections: number,
  fingerprint: Uint8Array,
  onNotReady: (reason: string) => void,
  waits: Waits | undefined,
): Promise<Database> {
  const { sql, pool, close } = connectTo(url, connections, waits);
  let isDistributed = false;
  try {
    ({ isDistributed } = await expectFit(sql, fingerprint));
  } catch (error) {
    if (!(error instanceof StoreError) || error.code === "storage-key") {
      await close();
      throw error;
    }
    onNotReady(error.message);
  }
  const fitting = withFitCheck(sql, fingerprint);
  return {
    sql: isDistributed
      ? delegated(fitting)
      : gathered(fitting, STATEMENTS_AT_ONCE, { endOfTurn: setImmediate, watch: waits?.statement }),
    isEmbedded: false,
    pool,
    data: "DATABASE_URL",
    diskIsShort: () => false,
    panicked: new Promise(() => {}),
    close,
  };
}

function connectTo(url: string, connections: number, waits: Waits | undefined): PostgresDatabase {
  try {
    return connectPostgres(url, { connections, watch: waits?.connection });
  } catch (error) {
    throw error instanceof StoreError ? new ConfigError(`DATABASE_URL: ${reasonOf(error)}`) : error;
  }
}
