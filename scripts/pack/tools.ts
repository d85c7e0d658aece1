/** Installs the tools that check packages and write their reference, when they are first needed. */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as pass } from "node:timers/promises";
import { promisify } from "node:util";
import { lockFile } from "../../src/store/drivers/file-lock.ts";

const FOLDER = join(import.meta.dirname, "tools");
/** Whoever has it may install: tests that run at the same time need the same tools. */
const TURN = join(import.meta.dirname, "../../node_modules/.cache/tools.lock");
const LOCK = join(FOLDER, "package-lock.json");
/** What npm writes last. */
const INSTALLED = join(FOLDER, "node_modules/.package-lock.json");

/** The folder of the tools' packages. When the lock file has changed, npm installs them from the registry. */
export async function installTools(): Promise<string> {
  mkdirSync(dirname(TURN), { recursive: true });
  let turn = lockFile(TURN);
  for (; turn === undefined; turn = lockFile(TURN)) await pass(100);
  try {
    if (!existsSync(INSTALLED) || statSync(INSTALLED).mtimeMs < statSync(LOCK).mtimeMs) {
      await promisify(execFile)("npm", ["ci", "--ignore-scripts", "--prefix", FOLDER]);
    }
  } finally {
    turn.release();
  }
  return join(FOLDER, "node_modules");
}
