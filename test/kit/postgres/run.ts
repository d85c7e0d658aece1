/** Around a whole test run: a folder in which test files share a Postgres cluster, which is removed in the end. */
import { chmodSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { clusterAt } from "./cluster.ts";

/** The variable that tells test files where the folder is. */
export const RUN_FOLDER = "SHARE_SERVER_TEST_RUN";

/** @returns what ends it. */
export default function setup(): () => Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "share-server-run-"));
  // The user that Postgres runs as needs a way into the folder.
  chmodSync(folder, 0o711);
  process.env[RUN_FOLDER] = folder;
  return async () => {
    const cluster = join(folder, "cluster");
    // Stopping needs no port.
    if (existsSync(cluster)) await clusterAt(cluster, 0).remove();
    rmSync(folder, { recursive: true, force: true });
  };
}
