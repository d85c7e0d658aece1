import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { StoreError } from "../sql.ts";

/**
 * Keeps a data folder for one server: two Postgres engines on the same files destroy them, and PGlite does
 * not notice.
 *
 * The lock is an open transaction on an SQLite file in the folder. SQLite holds it with `fcntl`, so the kernel releases
 * it however the process dies, and it holds across containers that share the folder. (A file with a process id in it
 * would do neither.) Network file systems without POSIX locks are not protected.
 */
export interface DataFolderLock {
  release(): void;
}

/**
 * Makes the folder if need be, readable for its owner alone, and locks it.
 *
 * @throws {StoreError} `in-use` if another server, or this very process, has it locked; `unavailable` if the
 * folder cannot be written.
 */
export async function lockDataFolder(folder: string): Promise<DataFolderLock> {
  let database: DatabaseSync | undefined;
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    database = new DatabaseSync(join(folder, "lock"));
    database.exec("pragma locking_mode = exclusive; begin exclusive");
    await chmod(join(folder, "lock"), 0o600);
  } catch (cause) {
    database?.close();
    if (isBusy(cause))
      throw new StoreError("in-use", `data folder ${folder} is in use by another server`, { cause });
    throw new StoreError("unavailable", `data folder ${folder} cannot be used`, { cause });
  }
  const held = database;
  return {
    release: () => {
      if (held.isOpen) held.close();
    },
  };
}

const SQLITE_BUSY = 5;

function isBusy(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && error.errcode === SQLITE_BUSY;
}
