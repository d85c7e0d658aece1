/** A server on Postgres, alone or with a standby; alone, on a disk that can be full where one can be mounted. */
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { connectPostgres } from "../../src/store/drivers/postgres.ts";
import { prune } from "../../src/store/prune.ts";
import type { Sql } from "../../src/store/sql.ts";
import { type Cluster, createCluster, PATIENT } from "../kit/postgres/cluster.ts";
import { createTestDatabase, ownCluster } from "../kit/postgres/database.ts";
import { addStandby, promote } from "../kit/postgres/pair.ts";
import { mountSmallDisk, whyNoSmallDisk } from "../kit/small-disk.ts";
import type { Random } from "../reader/random.ts";
import { commonParts, type Deployment, type Fault, HOUR } from "./deployment.ts";
import { DISK_SIZE, fullPostgres } from "./full-disk.ts";
import { startProxy } from "./proxy.ts";
import type { Tally } from "./requests.ts";

const PAIR_SETTLES = 10;

/** @param isPair whether there is a synchronous standby, which is promoted when Postgres is killed. */
export async function postgresDeployment(isPair: boolean, random: Random, tally: Tally): Promise<Deployment> {
  const name = isPair ? "a pair of Postgres" : "Postgres";
  const disk = isPair || whyNoSmallDisk() !== undefined ? undefined : mountSmallDisk(DISK_SIZE);
  let primary = disk === undefined ? await ownCluster() : await createCluster(join(disk.folder, "cluster"));
  const database = await createTestDatabase(primary);
  const links = [await startProxy(primary.port)];
  let standby: Cluster | undefined;
  if (isPair) {
    standby = await addStandby(primary);
    links.push(await startProxy(standby.port));
  }
  // Connections to the database are cut, too: also between a commit and its answer.
  for (const link of links) link.cutAfter = () => (random.once(4) ? 500 + random.below(20_000) : undefined);
  const [first, second] = links;
  const url = new URL(database.url("share_server"));
  const hosts = `127.0.0.1:${first?.port}${second === undefined ? "" : `,127.0.0.1:${second.port}`}`;
  const DATABASE_URL = url.href.replace(url.host, hosts);
  const parts = await commonParts(name, { DATABASE_URL }, random, tally);
  const { server, front, inbox, faults, close } = parts;
  const asOwner = () => primary.url("share_owner", database.name);
  const look = async <T>(work: (sql: Sql) => Promise<T>): Promise<T> => {
    const { sql, close } = connectPostgres(asOwner(), PATIENT);
    try {
      return await work(sql);
    } finally {
      await close();
    }
  };

  const killDatabase: Fault = {
    name: "Postgres was killed",
    run: async () => {
      await primary.kill();
      await setTimeout(random.below(300));
      await primary.start();
    },
  };
  const failOver: Fault = {
    name: "the standby was promoted",
    run: async () => {
      const lost = primary;
      const [lostLink, newLink] = primary.port === first?.target ? [first, second] : [second, first];
      if (standby === undefined || lostLink === undefined) throw new Error("there is no standby");
      await lost.kill();
      await promote(standby);
      primary = standby;
      if (newLink !== undefined) newLink.target = primary.port;
      await setTimeout(PAIR_SETTLES);
      await lost.remove();
      standby = await addStandby(primary);
      lostLink.target = standby.port;
    },
  };
  const pruneAhead: Fault = {
    name: "a server with a fast clock pruned",
    run: async () => {
      await look((sql) => prune(sql, new Date(Date.now() + 72 * HOUR)));
    },
  };
  const rekey: Fault = {
    name: "a rekey was begun while the server served",
    run: () => parts.rekey({ DATA_DIR: server.folder, DATABASE_URL: asOwner() }),
  };
  const full: Fault[] = disk === undefined ? [] : [fullPostgres(disk, server, () => primary, tally)];
  const killings = Array.from({ length: 4 }, () => killDatabase);
  return {
    name,
    server,
    front,
    links,
    inbox,
    faults: isPair
      ? [...faults.slice(0, 2), failOver, failOver, rekey]
      : [...faults, ...killings, pruneAhead, rekey, ...full],
    look,
    close: async () => {
      await close();
      for (const link of links) await link[Symbol.asyncDispose]();
      await primary.remove();
      await standby?.remove();
      disk?.[Symbol.dispose]();
    },
  };
}
