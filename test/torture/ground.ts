/** What is tortured: a server with its database, both behind proxies. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { PrivateKeys, randomBytes } from "@bc/envelope";
import type { Client } from "@bc/share-client";
import { openPglite } from "../../src/store/drivers/pglite.ts";
import { connectPostgres } from "../../src/store/drivers/postgres.ts";
import { prune } from "../../src/store/prune.ts";
import type { Sql } from "../../src/store/sql.ts";
import { outcome } from "../kit/outcome.ts";
import { type Cluster, createCluster } from "../kit/postgres/cluster.ts";
import { createTestDatabase, ownCluster } from "../kit/postgres/database.ts";
import { addStandby, promote } from "../kit/postgres/pair.ts";
import { mountSmallDisk, type SmallDisk, whyNoSmallDisk } from "../kit/small-disk.ts";
import { startServer, type TestServer } from "../kit/spawn-server.ts";
import type { Random } from "../reader/random.ts";
import { TRANSFER_DELAY } from "./contacts.ts";
import { type Inbox, openInbox } from "./inbox.ts";
import { type CuttingProxy, startProxy } from "./proxy.ts";
import type { Tally } from "./requests.ts";

/** Something that is done to a ground while wallets are at work. Afterwards everything runs again. */
export type Fault = { readonly name: string; readonly run: () => Promise<void> };

export type Ground = {
  readonly name: string;
  readonly server: TestServer;
  /** What wallets talk to. */
  readonly front: CuttingProxy;
  /** What goes on between the server and its database. */
  readonly links: readonly CuttingProxy[];
  /** Where the server's messages go. */
  readonly inbox: Inbox;
  readonly faults: readonly Fault[];
  /** Lets somebody look at the database, as its owner. */
  readonly look: <T>(work: (sql: Sql) => Promise<T>) => Promise<T>;
  readonly close: () => Promise<void>;
};

type Environment = Readonly<Record<string, string>>;

const PROGRAM = join(import.meta.dirname, "../../src/operator/main.ts");
const HOUR = 3_600_000;
const CLOCK_JUMPS = [-72 * HOUR, -HOUR, 2 * HOUR, 72 * HOUR];
const SETTINGS = {
  MAX_NEW_ACCOUNTS: "1000000",
  MAX_IN_FLIGHT: "256",
  MAX_MESSAGES: "1000000",
  TRANSFER_DELAY: String(TRANSFER_DELAY),
};
const PAIR_SETTLES = 10;
/** Milliseconds after which a rekey is killed, at most. It takes a second or two to begin. */
const REKEY_TIME = 6_000;
/** Of disks that can be full. Memory is taken for what is used only. */
const DISK_SIZE = "4g";
/** What the embedded server wants to be free on its disk: its ballast and a little. */
const MIN_FREE_BYTES = 20_000_000;
/** Milliseconds for a server to find out that its disk is full, or no longer. */
const DISK_PATIENCE = 1_800_000;
/** Shares that are stored until a full disk shows. */
const MAX_PROBES = 400;
const REFUSALS = 3;

/** What all grounds have, with the faults of every server: it is killed, and its clock is wrong for a while. */
async function commonParts(name: string, environment: Environment, random: Random, tally: Tally) {
  const folder = await mkdtemp(join(tmpdir(), "share-server-torture-"));
  const [clockFile, brokenDisk] = [join(folder, "clock"), join(folder, "broken")];
  const imported = ["./clock.fixture.ts", "../durability/failing-disk.fixture.ts"].map(
    (file) => `--import=${new URL(file, import.meta.url).href}`,
  );
  const inbox = await openInbox();
  const server = await startServer({
    ...SETTINGS,
    ...inbox.environment,
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
        tally.count(`${name}: ${kill.name}`);
      } else await pause(random.below(500));
      writeFileSync(clockFile, "0");
    },
  };
  /** Begins a rekey, or takes up the one that was killed before, and most often kills it. */
  const rekey = async (given: Environment): Promise<void> => {
    const { PATH = "" } = process.env;
    const args = [PROGRAM, "rekey", "--rate", String(5 + random.below(40))];
    const child = spawn(process.execPath, args, {
      env: { PATH, ...given },
      stdio: ["ignore", "ignore", "pipe"],
    });
    const killing = setTimeout(() => child.kill("SIGKILL"), random.below(REKEY_TIME));
    const [told] = await Promise.all([text(child.stderr), once(child, "close")]);
    clearTimeout(killing);
    const { signalCode, exitCode } = child;
    if (signalCode === null && exitCode !== 0) throw new Error(`a rekey ended with ${exitCode}: ${told}`);
    tally.count(`${name}: rekeys that ${signalCode === null ? "ended" : "were killed"}`);
  };
  const close = async () => {
    await front[Symbol.asyncDispose]();
    await server.stop();
    await inbox[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  };
  return { server, front, inbox, faults: [kill, kill, kill, jump], restart, rekey, brokenDisk, close };
}

export async function embeddedGround(random: Random, tally: Tally): Promise<Ground> {
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

/** A server on a disk that others fill reads and deletes, and takes shares again when there is room. */
function fullEmbedded(
  disk: SmallDisk,
  server: TestServer,
  restart: () => Promise<void>,
  tally: Tally,
): Fault {
  /** Until the server says so. One that has met the full disk before it looked ends, and can start. */
  const untilReadySays = async (expected: string) => {
    const end = Date.now() + DISK_PATIENCE;
    for (;;) {
      const state = await Promise.race([ready(server), server.ended().then(() => "ended")]);
      if (state === expected) return;
      if (Date.now() > end) throw new Error(`the server says ${state} for long, and not ${expected}`);
      if (state === "ended") {
        tally.count("servers that a full disk ended");
        await restart();
      } else await pause(100);
    }
  };
  /** Asks again where the disk has ended the server under the question. */
  const insist = async (ask: () => Promise<string>) => {
    const said = await ask();
    if (said !== "no answer") return said;
    await untilReadySays("full");
    return await ask();
  };
  return {
    name: "the disk was full",
    run: async () => {
      const { client, shares } = await storeSome(server);
      disk.shrink(0);
      try {
        await untilReadySays("full");
        const refused = await insist(() => told(newClient(server).storeShare(randomBytes(100))));
        if (refused !== "server-full") throw new Error(`a full server said to a new account: ${refused}`);
        const read = await insist(() => told(client.retrieveShares()));
        const deleted = await insist(() => told(client.deleteAllShares()));
        if (`${read} ${deleted}` !== "ok ok")
          throw new Error(`full, a server read: ${read}, deleted: ${deleted}`);
        shares.length = 0;
      } finally {
        disk.regrow();
      }
      await untilReadySays("ready");
      await expectShares(client, shares);
    },
  };
}

/** @param isPair whether there is a synchronous standby, which is promoted when Postgres is killed. */
export async function postgresGround(isPair: boolean, random: Random, tally: Tally): Promise<Ground> {
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
    const { sql, close } = connectPostgres(asOwner(), { connections: 1 });
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

/** Postgres on a full disk: shares are refused, and taken again when there is room. Without room for its log it stops. */
function fullPostgres(disk: SmallDisk, server: TestServer, cluster: () => Cluster, tally: Tally): Fault {
  return {
    name: "the disk was full",
    run: async () => {
      const { client, shares } = await storeSome(server);
      const probing = newClient(server);
      disk.shrink(0);
      // A connection that was cut looks the same, but not several times in a row.
      let refusals = 0;
      try {
        for (let probe = 0; probe < MAX_PROBES && refusals < REFUSALS; probe++) {
          const said = await told(probing.storeShare(randomBytes(9_000)));
          if (said === "no answer") throw new Error("on a full disk there was no answer");
          refusals = said === "unavailable" ? refusals + 1 : 0;
          if (said === "account-full") await told(probing.deleteAllShares());
        }
        if (refusals === REFUSALS) tally.count("Postgres: shares that a full disk had refused");
      } finally {
        disk.regrow();
      }
      // It may be running, or have stopped for want of room.
      await cluster()
        .start()
        .catch(() => undefined);
      const end = Date.now() + DISK_PATIENCE;
      while ((await ready(server)) !== "ready") {
        if (Date.now() > end) throw new Error("the server is not ready though its disk has room");
        await pause(100);
      }
      await expectShares(client, shares);
    },
  };
}

/** `ok`, the code of a refusal, or that there was no answer. */
function told(answer: Promise<unknown>): Promise<string> {
  return outcome(answer).catch(() => "no answer");
}

/** Tries while a connection to the database is cut, or it is there again only just. */
async function untilOk(ask: () => Promise<unknown>): Promise<void> {
  for (;;) {
    const said = await told(ask());
    if (said === "ok") return;
    if (said !== "unavailable" && said !== "no answer") throw new Error(`refused: ${said}`);
    await pause(100);
  }
}

function newClient(server: TestServer): Client {
  return server.client({ keys: PrivateKeys.generate("ed25519") });
}

/** Somebody's shares, which were acknowledged. */
async function storeSome(
  server: TestServer,
): Promise<{ readonly client: Client; readonly shares: Uint8Array[] }> {
  const client = newClient(server);
  const shares = [randomBytes(1_000), randomBytes(1_000)];
  for (const share of shares) await untilOk(() => client.storeShare(share));
  return { client, shares };
}

async function expectShares(client: Client, shares: readonly Uint8Array[]): Promise<void> {
  const inHex = (all: readonly Uint8Array[]) =>
    all
      .map((it) => Buffer.from(it).toString("hex"))
      .sort()
      .join();
  const found: Uint8Array[] = [];
  await untilOk(async () => {
    const given = await client.retrieveShares();
    found.push(...given.map(({ data }) => data));
  });
  if (inHex(found) !== inHex(shares))
    throw new Error(`${shares.length} shares outlived a full disk as ${found.length}`);
}

/** What `GET /ready` says; `not ready` also where nobody answers. */
async function ready(server: TestServer): Promise<string> {
  try {
    return await (await fetch(new URL("/ready", server.url()))).text();
  } catch {
    return "not ready";
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
