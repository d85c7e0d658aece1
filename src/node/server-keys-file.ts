/**
 * Changes of the file with the server's keys: new ones, and the end of old ones. Each is on the disk when it returns.
 *
 * The operator's command and a running server may both change it. A lock lets one of them do so at a time, so that neither
 * writes what it read before the other's change. It ends with the process that has it.
 */
import { join } from "node:path";
import { ConfigError } from "../server/config.ts";
import { readServerKeys, type ServerKeys, withoutOldKeys, writeServerKeys } from "../server/server-keys.ts";
import { replaceFile } from "../store/drivers/durable-files.ts";
import { lockFile } from "../store/drivers/file-lock.ts";
import { KEYS_FILE, readText } from "./secrets.ts";

const LOCK_FILE = "server-keys.lock";

/**
 * @param change gives undefined where nothing is to change.
 * @returns what the file holds now, and undefined where nothing has changed.
 * @throws {ConfigError} when there is no file, it holds something else, or another change is under way.
 */
export async function changeKeysFile(
  folder: string,
  change: (keys: ServerKeys) => Promise<ServerKeys | undefined>,
): Promise<ServerKeys | undefined> {
  const file = join(folder, KEYS_FILE);
  if (readText(file) === undefined)
    throw new ConfigError(`${file} is missing, it is made when the server starts`);
  const lock = lockFile(join(folder, LOCK_FILE));
  if (lock === undefined) throw new ConfigError(`${file} is being changed by another process`);
  try {
    const keys = readServerKeys(readText(file) ?? "");
    if (keys === undefined) throw new ConfigError(`${file} does not hold what it should; it is not replaced`);
    const changed = await change(keys);
    if (changed !== undefined) replaceFile(file, `${writeServerKeys(changed, "\n")}\n`);
    return changed;
  } finally {
    lock.release();
  }
}

/** Takes old keys out of the file whose grace is over. @returns whether there were any. */
export async function eraseOldKeys(folder: string, now: Date, grace: number): Promise<boolean> {
  const keys = readServerKeys(readText(join(folder, KEYS_FILE)) ?? "");
  // Mostly there is nothing to do, which a look without the lock tells.
  if (keys === undefined || (await withoutOldKeys(keys, now, grace)) === undefined) return false;
  return (await changeKeysFile(folder, (found) => withoutOldKeys(found, now, grace))) !== undefined;
}
