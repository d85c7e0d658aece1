/** A server on its embedded database, on a disk that can be full where one can be mounted. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openPglite } from "../../src/store/drivers/pglite.ts";
import { mountSmallDisk, whyNoSmallDisk } from "../kit/small-disk.ts";
import type { Random } from "../reader/random.ts";
import { commonParts, type Deployment, type Fault } from "./deployment.ts";
import { DISK_SIZE, fullEmbedded } from "./full-disk.ts";
import type { Tally } from "./requests.ts";

/** What the server wants to be free on its disk: its ballast and a little. */
const MIN_FREE_BYTES = 20_000_000;

export async function embeddedDeployment(random: Random, tally: Tally): Promise<Deployment> {
  const disk = whyNoSmallDisk() === undefined ? mountSmallDisk(DISK_SIZE) : undefined;
  const onDisk = disk && { DATA_DIR: join(disk.folder, "data"), MIN_FREE_BYTES: String(MIN_FREE_BYTES) };
  if (onDisk !== undefined) mkdirSync(onDisk.DATA_DIR, { mode: 0o700 });
  const parts = await commonParts("PGlite", { ...onDisk }, random, tally);
  const { server, front, inbox, faults, restart, brokenDisk, close } = parts;
  const folder = onDisk?.DATA_DIR ?? server.folder;
  const failingSync: Fault = {
    name: "fsync failed",
    run: async () => {
      writeFileSync(brokenDisk, "");
      // Wallets write all the time, so the server finds out and ends.
      await server.ended();
      rmSync(brokenDisk);
      await restart();
    },
  };
  const rekey: Fault = {
    name: "a rekey was begun while the server was down",
    run: async () => {
      await server.kill("SIGKILL");
      await parts.rekey({ DATA_DIR: folder });
      await restart();
    },
  };
  const full: Fault[] = disk === undefined ? [] : [fullEmbedded(disk, server, restart, tally)];
  return {
    name: "PGlite",
    server,
    front,
    links: [],
    inbox,
    faults: [...faults, failingSync, rekey, ...full],
    look: async (work) => {
      await server.kill("SIGKILL");
      const { sql, close } = await openPglite(folder);
      try {
        return await work(sql);
      } finally {
        await close();
        await restart();
      }
    },
    close: async () => {
      await close();
      disk?.[Symbol.dispose]();
    },
  };
}
