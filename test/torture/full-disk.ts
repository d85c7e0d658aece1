/** Disks that are full: what a server must refuse then, what it must still do, and that it goes on when there is room. */
import { setTimeout } from "node:timers/promises";
import { PrivateKeys, randomBytes } from "@bc/envelope";
import type { Client } from "@bc/share-client";
import { outcome } from "../kit/outcome.ts";
import type { Cluster } from "../kit/postgres/cluster.ts";
import type { SmallDisk } from "../kit/small-disk.ts";
import type { TestServer } from "../kit/spawn-server.ts";
import type { Fault } from "./deployment.ts";
import type { Tally } from "./requests.ts";

/** Memory is taken for what is used only. */
export const DISK_SIZE = "4g";
/** Milliseconds for a server to find out that its disk is full, or no longer. */
const DISK_PATIENCE = 1_800_000;
/** Milliseconds between two looks. */
const PAUSE = 100;
/** Shares that are stored until a full disk shows. */
const MAX_PROBES = 400;
/** In a row. */
const REFUSALS = 3;

/** A server on a disk that others fill reads and deletes, and takes shares again when there is room. */
export function fullEmbedded(
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
      } else await setTimeout(PAUSE);
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

/** Postgres on a full disk: shares are refused, and taken again when there is room. Without room for its log it stops. */
export function fullPostgres(
  disk: SmallDisk,
  server: TestServer,
  cluster: () => Cluster,
  tally: Tally,
): Fault {
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
        await setTimeout(PAUSE);
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
    await setTimeout(PAUSE);
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
