/** The tools that check packages and write their reference: installed when they are first needed. */
import { execFile } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

const FOLDER = join(import.meta.dirname, "tools");
const LOCK = join(FOLDER, "package-lock.json");
/** What npm writes last. */
const INSTALLED = join(FOLDER, "node_modules/.package-lock.json");

/** The folder of their packages, as the lock file has them. Asks the registry when that has changed. */
export async function installTools(): Promise<string> {
  if (!existsSync(INSTALLED) || statSync(INSTALLED).mtimeMs < statSync(LOCK).mtimeMs) {
    await promisify(execFile)("npm", ["ci", "--ignore-scripts", "--prefix", FOLDER]);
  }
  return join(FOLDER, "node_modules");
}
