/**
 * The embedded database: Postgres in WebAssembly, in this process.
 *
 * Durability: PGlite by itself never syncs a file. It starts Postgres with fsync off, and its file system
 * would not sync if it were asked to; so a commit would survive a crash of the process, but not a loss of
 * power. This driver turns fsync on and brings a file system that does it. When a call resolves, its commit
 * is on the disk, as with any Postgres. After a crash the next start takes some seconds: Postgres first syncs
 * every file it finds.
 *
 * Concurrency: one statement at a time; the others wait here.
 *
 * Panic: when Postgres cannot write or sync its log it must not go on, since what it believes to be on the disk may be
 * missing there. As a process of its own Postgres would end. In here the engine lives on, and its next statement would
 * keep it busy for ever; so this driver gives it no more statements.
 *
 * Upkeep: the engine runs in Postgres's single-user mode, which has neither a checkpointer nor autovacuum.
 * The driver makes checkpoints itself, because the log would grow for ever without; `maintain` does the
 * vacuuming.
 */
import { access, chmod, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { type Sql, type SqlValue, StoreError } from "../sql.ts";
import { lockDataFolder } from "./data-folder-lock.ts";
import { syncPath } from "./durable-files.ts";
import { DurableFiles } from "./pglite-files.ts";
import { writeNewDatabase } from "./pglite-new-database.ts";
import { queries } from "./pglite-query.ts";

export interface EmbeddedDatabase {
  readonly sql: Sql;
  /**
   * Reclaims the room of deleted rows. Worth doing every hour or so, after pruning; blocks other calls
   * meanwhile.
   */
  maintain(): Promise<void>;
  /**
   * Waits for the calls under way, closes the database and releases the data folder. Calls after it fail.
   */
  close(): Promise<void>;
  /**
   * Resolves, if ever, when the engine has panicked. Every call fails from then on; only opening the folder anew, in a
   * new process, helps.
   */
  readonly panicked: Promise<StoreError>;
}

/** How much log a crash may leave to be replayed. A checkpoint takes some tens of milliseconds. */
const CHECKPOINT_LOG_MEGABYTES = 32;
/** Statements between two looks at the log's length. Right after a checkpoint one may write a megabyte. */
const CHECKPOINT_LOOK_INTERVAL = 16;

const MEMORY_PARAMETERS = [
  ...PGlite.defaultStartParams,
  // Postgres's 128 MB would hardly help: beneath them the system keeps the files in memory anyway.
  ...["-c", "shared_buffers=32MB"],
  // So much log is kept after a checkpoint, to be written over; the engine needs two files, of 16 MB in older folders.
  ...["-c", `min_wal_size=${CHECKPOINT_LOG_MEGABYTES}MB`],
  ...["-c", `max_wal_size=${CHECKPOINT_LOG_MEGABYTES}MB`],
];
// Without -F, which turns fsync off. The log must be synced by `fsync`: the engine's fdatasync, which
// Postgres would prefer, is an empty function that no file system gets to see.
const DISK_PARAMETERS = [
  ...MEMORY_PARAMETERS.filter((parameter) => parameter !== "-F"),
  ...["-c", "wal_sync_method=fsync"],
];

/**
 * Opens, or makes, the database in a data folder, and locks the folder for this server.
 *
 * @throws {StoreError} `in-use` if another server has the folder; `unavailable` if it cannot be read or
 * written, or belongs to another user.
 */
export async function openPglite(dataFolder: string): Promise<EmbeddedDatabase> {
  const folder = join(dataFolder, "database");
  await expectOwner(folder);
  const lock = await lockDataFolder(dataFolder);
  try {
    if (!(await exists(folder))) await makeDatabase(dataFolder, folder);
    const engine = await startOnDisk(folder);
    return embedded(engine, () => lock.release());
  } catch (cause) {
    lock.release();
    throw new StoreError("unavailable", `the database in ${dataFolder} does not open`, { cause });
  }
}

/**
 * A database that is gone when it is closed. For tests and demonstrations.
 *
 * @param dump what it starts with: the dump of another one. Default: nothing.
 */
export async function openPgliteInMemory(dump?: Blob): Promise<EmbeddedDatabase> {
  return embedded(
    await PGlite.create({ startParams: MEMORY_PARAMETERS, ...(dump && { loadDataDir: dump }) }),
    () => {},
  );
}

// Root could open the database, but would leave files in it that its owner cannot open.
async function expectOwner(folder: string): Promise<void> {
  const owner = await stat(folder).then(
    ({ uid }) => uid,
    () => undefined,
  );
  const user = process.geteuid?.();
  if (owner === undefined || user === undefined || owner === user) return;
  throw new StoreError(
    "unavailable",
    `${folder} belongs to user ${owner}, not to ${user}: run this as its owner`,
  );
}

// Made aside and moved into place when it is whole, so that a crash in the middle leaves nothing that looks
// like a database.
async function makeDatabase(dataFolder: string, folder: string): Promise<void> {
  const draft = `${folder}.new`;
  await rm(draft, { recursive: true, force: true });
  await writeNewDatabase(draft, MEMORY_PARAMETERS);
  await rename(draft, folder);
  syncPath(dataFolder);
}

async function startOnDisk(folder: string): Promise<PGlite> {
  // PGlite makes its files writable for everybody, so the folder itself must keep everybody out.
  await chmod(folder, 0o700);
  return await PGlite.create({ fs: new DurableFiles(folder), startParams: DISK_PARAMETERS });
}

function embedded(engine: PGlite, onClose: () => void): EmbeddedDatabase {
  const query = queries(engine);
  const panicked = Promise.withResolvers<StoreError>();
  let panic: StoreError | undefined;
  let statements = 0;
  let last: Promise<unknown> = Promise.resolve();

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(async () => {
      if (panic !== undefined) throw panic;
      try {
        return await work();
      } catch (cause) {
        if (isPanic(cause)) {
          panic = new StoreError("unavailable", "the embedded database cannot write its log", { cause });
          panicked.resolve(panic);
        }
        throw new StoreError("unavailable", "the embedded database refused a statement", { cause });
      }
    });
    last = turn.catch(() => {});
    return turn;
  };

  const sql: Sql = <Row>(text: string, params: readonly SqlValue[]) =>
    inTurn(async () => {
      const rows = await query<Row>(text, params);
      statements += 1;
      if (statements % CHECKPOINT_LOOK_INTERVAL === 0) await checkpointIfDue(query);
      return rows;
    });

  let closing: Promise<void> | undefined;
  const close = async () => {
    await last;
    try {
      if (panic === undefined) await engine.close();
    } finally {
      onClose();
    }
  };

  return {
    sql,
    maintain: () =>
      inTurn(async () => {
        await engine.exec("vacuum (analyze)");
        await engine.exec("checkpoint");
      }),
    close: () => (closing ??= close()),
    panicked: panicked.promise,
  };
}

function isPanic(error: unknown): boolean {
  return error instanceof Error && "severity" in error && error.severity === "PANIC";
}

async function checkpointIfDue(query: Sql): Promise<void> {
  const [row] = await query<{ due: boolean }>(
    `select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), redo_lsn) > $1::integer as due
     from pg_control_checkpoint()`,
    [CHECKPOINT_LOG_MEGABYTES * 1024 * 1024],
  );
  if (row?.due === true) await query("checkpoint", []);
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
