/** Installs the tools that check packages and write their reference, when they are first needed. */
import { execFile } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

const FOLDER = join(import.meta.dirname, "tools");
const LOCK = join(FOLDER, "package-lock.json");
/** What npm writes last. */
const INSTALLED = join(FOLDER, "node_modules/.package-lock.json");

/** The folder of the tools' packages. When the lock file has changed, npm installs them from the registry. */
export async function installTools(): Promise<string> {
  if (!existsSync(INSTALLED) || statSync(INSTALLED).mtimeMs < statSync(LOCK).mtimeMs) {
    await promisify(execFile)("npm", ["ci", "--ignore-scripts", "--prefix", FOLDER]);
  }
  return join(FOLDER, "node_modules");
}
