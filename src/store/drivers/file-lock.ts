import { chmodSync, chownSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";

/**
 * A lock that one process has at a time, and that ends with it.
 *
 * It is an open transaction on an SQLite file. SQLite holds it with `fcntl`, so the kernel releases it however the process
 * dies, and it holds across containers that share the folder. (A file with a process id in it would do neither.) Network file
 * systems without POSIX locks are not protected. The file stays.
 */
export interface FileLock {
  release(): void;
}

/** @returns undefined when another process, or this very one, has the lock. @throws {Error} when the file cannot be made. */
export function lockFile(path: string): FileLock | undefined {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path);
    database.exec("pragma locking_mode = exclusive; begin exclusive");
    chmodSync(path, 0o600);
    // Whoever has the folder must be able to lock it after root has.
    const { uid, gid } = statSync(dirname(path));
    if (uid !== statSync(path).uid) chownSync(path, uid, gid);
  } catch (error) {
    database?.close();
    if (isBusy(error)) return undefined;
    throw error;
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
