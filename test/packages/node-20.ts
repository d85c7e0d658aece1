/** The oldest Node that the packages are for. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { environment } from "./environment.ts";

const run = promisify(execFile);
const OLD_ENOUGH = /^v20\.(19|[2-9]\d)\./;
const VERSION = "20.19.6";

/** The path of a Node 20: the machine's own, or else one that is installed into `folder`. */
export async function findNode20(folder: string): Promise<string> {
  const { PATH = "" } = environment();
  for (const path of PATH.split(delimiter).map((directory) => join(directory, "node"))) {
    if (!existsSync(path)) continue;
    const { stdout } = await run(path, ["--version"]);
    if (OLD_ENOUGH.test(stdout)) return path;
  }
  const name = `node-${process.platform}-${process.arch}`;
  await run("npm", ["install", "--prefix", folder, `${name}@${VERSION}`], { env: environment() });
  return join(folder, "node_modules", name, "bin/node");
}
