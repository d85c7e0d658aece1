/**
 * What becomes of a database on several nodes when disks are lost, as docs/scaling.md says: all nodes are restored to a point
 * that has one name in the log of each, or a standby takes the place of one. Wallets store shares and change keys meanwhile.
 */
import { join } from "node:path";
import { PrivateKeys, randomBytes } from "@bc/envelope";
import type { Client, PreparedCall } from "@bc/share-client";
import { describe, expect, onTestFinished, test } from "vitest";
import { bytesToHex } from "#bc/dcbor";
import {
  createDistributedDatabase,
  type DistributedDatabase,
  makeRestorePoint,
  type Nodes,
  ownNodes,
  replaceNode,
  urlOfNodes,
  whyNoCitus,
} from "../kit/citus/nodes.ts";
import { brokenInvariants } from "../kit/invariants.ts";
import { operate } from "../kit/operator-command.ts";
import { outcome } from "../kit/outcome.ts";
import { type Cluster, clusterAt } from "../kit/postgres/cluster.ts";
import { ownCopy } from "../kit/postgres/database.ts";
import { addStandby, promote } from "../kit/postgres/pair.ts";
import { restoreTo } from "../kit/postgres/restore.ts";
import { startServer, type TestServer } from "../kit/spawn-server.ts";

const WALLETS = 8;
/** Of each wallet before something happens, while it does, and after it. */
const CALLS = 6;
/** Of a wallet's calls, one in so many changes its key, which is a two-phase commit. The others store a share. */
const KEY_CHANGES = 3;
const POINT = "before the mistake";
/** Each node has the folder beside its data. */
const ARCHIVED = ["archive_mode = on", "archive_command = 'mkdir -p ../archive && cp %p ../archive/%f'"];

type Wallet = {
  readonly xid: Client["identity"]["xid"];
  /** All that the account had, and the one that is asked for. */
  readonly keys: PrivateKeys[];
  /** Its shares, in hex, and the one that is asked for. */
  readonly shares: string[];
  begun: number;
  acknowledged: number;
};

function newWallet(server: TestServer): Wallet {
  const keys = PrivateKeys.generate("ed25519");
  const { xid } = server.client({ keys }).identity;
  return { xid, keys: [keys], shares: [], begun: 0, acknowledged: 0 };
}

/** One more call, sent until it is answered. */
async function callOnce(server: TestServer, wallet: Wallet): Promise<void> {
  const { xid, keys, shares } = wallet;
  const client = server.client({ keys: currentOf(keys), xid });
  const call = ++wallet.begun;
  if (call % KEY_CHANGES === 0) {
    const next = PrivateKeys.generate("ed25519");
    keys.push(next);
    await insist(await client.prepare("updatePublicKey", { newPublicKey: next.publicKeys() }));
  } else {
    const data = randomBytes(100);
    shares.push(bytesToHex(data));
    await insist(await client.prepare("storeShare", { data }));
  }
  wallet.acknowledged = call;
}

async function insist(call: PreparedCall<"storeShare" | "updatePublicKey">): Promise<void> {
  let came: string;
  do came = await outcome(call.send());
  while (came === "unavailable");
  expect(came).toBe("ok");
}

function currentOf(keys: readonly PrivateKeys[]): PrivateKeys {
  const current = keys.at(-1);
  if (current === undefined) throw new TypeError("a wallet has keys");
  return current;
}

/** What an account must have after so many of its wallet's calls. */
function stateAfter(calls: number, { shares }: Wallet) {
  const changes = Math.floor(calls / KEY_CHANGES);
  return { keys: [changes], shares: shares.slice(0, calls - changes).sort() };
}

/** Which of its wallet's keys an account has, by their places, and its shares. */
async function stateOf({ xid, keys }: Wallet, server: TestServer) {
  const state: { keys: number[]; shares: string[] } = { keys: [], shares: [] };
  for (const [place, each] of keys.entries()) {
    const client = server.client({ keys: each, xid });
    const reading = client.retrieveShares();
    const read = await outcome(reading);
    if (read !== "ok") {
      expect(["invalid-sender-key", "unknown-account"]).toContain(read);
      continue;
    }
    state.keys.push(place);
    state.shares = (await reading).map(({ data }) => bytesToHex(data)).sort();
  }
  return state;
}

/** Every wallet calls some times, beside the others. */
async function callSome(server: TestServer, wallets: readonly Wallet[]): Promise<void> {
  const calling = wallets.map(async (wallet) => {
    for (let call = 0; call < CALLS; call++) await callOnce(server, wallet);
  });
  await Promise.all(calling);
}

/** What was under way when the nodes were lost is settled, and what they have is sound. */
async function expectSound(database: DistributedDatabase, nodes: readonly Cluster[]): Promise<void> {
  for (const node of nodes) {
    const { sql, close } = database.connectTo(node, "postgres", 1);
    while ((await sql("select from pg_prepared_xacts where database = current_database()", [])).length > 0);
    await close();
  }
  const owner = database.connect("share_owner", 1);
  expect(await brokenInvariants(owner.sql)).toEqual([]);
  await owner.close();
}

const skipped = whyNoCitus();

describe.skipIf(skipped)(`on Citus${skipped ? ` (${skipped})` : ""}`, () => {
  test("base backups and the archived logs of all nodes restore what there was at a point that they all know", async () => {
    const nodes = await ownNodes(2, ARCHIVED);
    onTestFinished(nodes.remove);
    const all = [nodes.coordinator, ...nodes.workers];
    const database = await createDistributedDatabase(nodes);
    await using server = await startServer({ DATABASE_URL: urlOfNodes(nodes, database) });
    const wallets = Array.from({ length: WALLETS }, () => newWallet(server));

    await callSome(server, wallets);
    const copying = Promise.all(all.map((node) => ownCopy(node, false)));
    await callSome(server, wallets);
    const copies = await copying;
    onTestFinished(async () => void (await Promise.all(copies.map((copy) => copy.remove()))));
    const calling = callSome(server, wallets);
    const least = wallets.map(({ acknowledged }) => acknowledged);
    await makeRestorePoint(database, POINT);
    const most = wallets.map(({ begun }) => begun);
    await calling;
    await callSome(server, wallets);
    await server.kill("SIGTERM");
    // Stopping in order archives what is left.
    await Promise.all(all.map((node) => node.stop("fast")));

    // Each takes the address of the one that it is a copy of, by which the others know it.
    const restoring = all.map(async ({ folder, port }, place) => {
      const copy = clusterAt(copies[place]?.folder ?? "", port);
      await restoreTo(POINT, copy, join(folder, "archive"));
    });
    await Promise.all(restoring);
    await expectSound(database, all);
    const environment = { REQUEST_MAX_AHEAD: "1s", DATABASE_URL: database.url("share_owner") };
    expect(await operate(["restored"], environment)).toMatchObject({ code: 0 });

    await using after = await startServer({
      DATA_DIR: server.folder,
      DATABASE_URL: urlOfNodes(nodes, database),
    });
    for (const [place, wallet] of wallets.entries()) {
      const possible = [];
      for (let calls = least[place] ?? 0; calls <= (most[place] ?? 0); calls++) {
        possible.push(stateAfter(calls, wallet));
      }
      expect(possible).toContainEqual(await stateOf(wallet, after));
    }
    const newcomer = after.client({ keys: PrivateKeys.generate("ed25519") });
    while ((await outcome(newcomer.storeShare(randomBytes(100)))) === "expired");
    expect(await newcomer.retrieveShares()).toHaveLength(1);
  });

  const COORDINATOR = {
    title: "the coordinator, at its address",
    ofNodes: ({ coordinator }: Nodes) => coordinator,
    takePlace: async (lost: Cluster, standby: Cluster) => {
      await standby.stop("fast");
      const there = clusterAt(standby.folder, lost.port);
      await there.start();
      await promote(there);
      return there;
    },
  };
  const WORKER = {
    title: "a worker, at another address",
    ofNodes: ({ workers }: Nodes) => workers[0],
    takePlace: async (lost: Cluster, standby: Cluster, database: DistributedDatabase) => {
      await promote(standby);
      await replaceNode(database, lost, standby);
      return standby;
    },
  };

  test.for([COORDINATOR, WORKER])(
    "a standby takes the place of $title, and nothing that was acknowledged is lost",
    async ({ ofNodes, takePlace }) => {
      const nodes = await ownNodes(2);
      onTestFinished(nodes.remove);
      const lost = ofNodes(nodes);
      const other = nodes.workers[1];
      if (lost === undefined || other === undefined) throw new TypeError("there are two workers");
      const database = await createDistributedDatabase(nodes);
      const standby = await addStandby(lost);
      onTestFinished(standby.remove);
      await using server = await startServer({ DATABASE_URL: database.url("share_server") });
      const wallets = Array.from({ length: WALLETS }, () => newWallet(server));

      await callSome(server, wallets);
      const calling = callSome(server, wallets);
      await lost.kill();
      const inItsPlace = await takePlace(lost, standby, database);
      await calling;
      await callSome(server, wallets);
      const rest = [nodes.coordinator, ...nodes.workers].filter((node) => node !== lost);
      await expectSound(database, [inItsPlace, ...rest]);
      const atOther = { DATA_DIR: server.folder, DATABASE_URL: other.url("share_server", database.name) };
      await using second = await startServer(atOther);
      for (const wallet of wallets) {
        const state = stateAfter(wallet.acknowledged, wallet);
        for (const asked of [server, second]) expect(await stateOf(wallet, asked)).toEqual(state);
      }
    },
  );
});
