import { join } from "node:path";
import { StoreError } from "../sql.ts";
import { type FileLock, lockFile } from "./file-lock.ts";
import { makeFolder } from "./make-folder.ts";

/**
 * Keeps a data folder for one server: two Postgres engines on the same files destroy them, and PGlite does
 * not notice. Makes the folder if need be, readable for its owner alone.
 *
 * @throws {StoreError} `in-use` if another server, or this very process, has it locked; `unavailable` if the
 * folder cannot be written.
 */
export async function lockDataFolder(folder: string): Promise<FileLock> {
  let lock: FileLock | undefined;
  try {
    makeFolder(folder);
    lock = lockFile(join(folder, "lock"));
  } catch (cause) {
    throw new StoreError("unavailable", `data folder ${folder} cannot be used`, { cause });
  }
  if (lock === undefined) throw new StoreError("in-use", `data folder ${folder} is in use by another server`);
  return lock;
}
