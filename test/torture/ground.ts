/** What is tortured: a server with its database, both behind proxies. */
import { rmSync, writeFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openPglite } from "../../src/store/drivers/pglite.ts";
import { connectPostgres } from "../../src/store/drivers/postgres.ts";
import { prune } from "../../src/store/prune.ts";
import type { Sql } from "../../src/store/sql.ts";
import type { Cluster } from "../kit/postgres/cluster.ts";
import { createTestDatabase, ownCluster } from "../kit/postgres/database.ts";
import { addStandby, promote } from "../kit/postgres/pair.ts";
import { startServer, type TestServer } from "../kit/spawn-server.ts";
import type { Random } from "../reader/random.ts";
import { type CuttingProxy, startProxy } from "./proxy.ts";
import type { Tally } from "./wallet.ts";

/** Something that is done to a ground while wallets are at work. Afterwards everything runs again. */
export type Fault = { readonly name: string; readonly run: () => Promise<void> };

export type Ground = {
  readonly name: string;
  readonly server: TestServer;
  /** What wallets talk to. */
  readonly front: CuttingProxy;
  readonly faults: readonly Fault[];
  /** Lets somebody look at the database, as its owner. */
  readonly look: <T>(work: (sql: Sql) => Promise<T>) => Promise<T>;
  readonly close: () => Promise<void>;
};

const HOUR = 3_600_000;
const CLOCK_JUMPS = [-72 * HOUR, -HOUR, 2 * HOUR, 72 * HOUR];
const RATES = { MAX_NEW_ACCOUNTS: "1000000", MAX_IN_FLIGHT: "256" };
const PAIR_SETTLES = 10;

/** Faults of every server: it is killed, and its clock is wrong for a while. */
async function commonParts(environment: Readonly<Record<string, string>>, random: Random, tally: Tally) {
  const folder = await mkdtemp(join(tmpdir(), "share-server-torture-"));
  const [clockFile, brokenDisk] = [join(folder, "clock"), join(folder, "broken")];
  const imported = ["./clock.fixture.ts", "../durability/failing-disk.fixture.ts"].map(
    (file) => `--import=${new URL(file, import.meta.url).href}`,
  );
  const server = await startServer({
    ...RATES,
    ...environment,
    CLOCK_OFFSET: clockFile,
    DISK_IS_BROKEN: brokenDisk,
    NODE_OPTIONS: imported.join(" "),
  });
  const front = await startProxy();
  const found = () => {
    front.target = Number(new URL(server.url()).port);
  };
  found();
  const restart = async () => {
    await server.restart();
    found();
  };
  const kill: Fault = {
    name: "the server was killed",
    run: async () => {
      await server.kill("SIGKILL");
      await restart();
    },
  };
  const jump: Fault = {
    name: "the server's clock jumped",
    run: async () => {
      writeFileSync(clockFile, String(random.pick(CLOCK_JUMPS)));
      // A server that starts then prunes by that clock.
      if (random.once(2)) {
        await kill.run();
        tally.count(kill.name);
      } else await pause(random.below(500));
      writeFileSync(clockFile, "0");
    },
  };
  const close = async () => {
    await front[Symbol.asyncDispose]();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  return { server, front, faults: [kill, kill, kill, jump], restart, brokenDisk, close };
}

export async function embeddedGround(random: Random, tally: Tally): Promise<Ground> {
  const { server, front, faults, restart, brokenDisk, close } = await commonParts({}, random, tally);
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
  return {
    name: "PGlite",
    server,
    front,
    faults: [...faults, failingSync],
    look: async (work) => {
      await server.kill("SIGKILL");
      const { sql, close } = await openPglite(server.folder);
      try {
        return await work(sql);
      } finally {
        await close();
        await restart();
      }
    },
    close,
  };
}

/** @param isPair whether there is a synchronous standby, which is promoted when Postgres is killed. */
export async function postgresGround(isPair: boolean, random: Random, tally: Tally): Promise<Ground> {
  let primary = await ownCluster();
  const database = await createTestDatabase(primary);
  const links = [await startProxy(primary.port)];
  let standby: Cluster | undefined;
  if (isPair) {
    standby = await addStandby(primary);
    links.push(await startProxy(standby.port));
  }
  // Connections to the database are cut, too: also between a commit and its answer.
  for (const link of links) link.cutAfter = () => (random.once(6) ? 500 + random.below(60_000) : undefined);
  const [first, second] = links;
  const url = new URL(database.url("share_server"));
  const hosts = `127.0.0.1:${first?.port}${second === undefined ? "" : `,127.0.0.1:${second.port}`}`;
  const DATABASE_URL = url.href.replace(url.host, hosts);
  const { server, front, faults, close } = await commonParts({ DATABASE_URL }, random, tally);
  const look = async <T>(work: (sql: Sql) => Promise<T>): Promise<T> => {
    const { sql, close } = connectPostgres(primary.url("share_owner", database.name), { connections: 1 });
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
      await pause(random.below(300));
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
      await pause(PAIR_SETTLES);
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
  return {
    name: isPair ? "a pair of Postgres" : "Postgres",
    server,
    front,
    faults: isPair
      ? [...faults.slice(0, 1), failOver, failOver]
      : [...faults, killDatabase, killDatabase, pruneAhead],
    look,
    close: async () => {
      await close();
      for (const link of links) await link[Symbol.asyncDispose]();
      await primary.remove();
      await standby?.remove();
    },
  };
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
