/**
 * Requests a second through HTTP, against the real server in a process of its own.
 *
 * The client builds requests before the clock starts, and opens answers after it stops. It runs on the same machine as
 * the server, and takes processor time from it.
 */
import { Agent } from "node:http";
import { PrivateKeys } from "@bc/envelope";
import type { KnownServer } from "@bc/share-client";
import { startServer } from "../test/kit/spawn-server.ts";
import { median, progress, type Row } from "./report.ts";
import {
  type Answered,
  check,
  newShare,
  newWallet,
  type Prepared,
  retrieving,
  send,
  storing,
} from "./sealed-requests.ts";

const ACCOUNTS = 20;
/** A round ends after this many milliseconds, or when its requests are used up. */
const ROUND_TIME = 1_000;
/** The client opens one of so many answers, and it must hold a result. The status of all must be 200. */
const OPENED = 10;

export type Load = {
  readonly rounds: number;
  /** The most that a round sends. */
  readonly requests: number;
  readonly connections: readonly number[];
};

/** The head and the rows of a table. */
export async function measureThroughput(load: Load): Promise<readonly [readonly string[], readonly Row[]]> {
  await using server = await startServer();
  const peer = await server.client({ keys: PrivateKeys.generate() }).server();
  const target: Target = { url: new URL(server.url()), peer };
  const rows: Row[] = [];
  for (const scheme of ["ed25519", "schnorr"] as const) {
    const wallets = Array.from({ length: ACCOUNTS }, () => newWallet(scheme));
    progress(`opening accounts, ${scheme}`);
    const opening = await Promise.all(wallets.map((wallet) => storing(wallet, wallet.share, peer)));
    await measure(target, opening, { connections: 4, time: Number.POSITIVE_INFINITY });
    // The server carries out a read again each time it comes, so the same reads serve for all rounds.
    const reads = await Promise.all(wallets.map((wallet) => retrieving(wallet, peer)));

    const column = async (name: string, connections: number, prepare: () => Promise<readonly Prepared[]>) => {
      const rates: number[] = [];
      for (let round = 1; round <= load.rounds; round++) {
        progress(`${name}, ${connections} connections: round ${round} of ${load.rounds}`);
        rates.push(await measure(target, await prepare(), { connections, time: ROUND_TIME }));
      }
      return median(rates);
    };
    const row = async (name: string, prepare: () => Promise<readonly Prepared[]>) => {
      const columns: number[] = [];
      for (const connections of load.connections) columns.push(await column(name, connections, prepare));
      rows.push([name, ...columns]);
    };
    const turns = Array.from({ length: load.requests }, (_, i) => i % ACCOUNTS);
    await row(`storeShare, ${scheme}`, () =>
      Promise.all(turns.flatMap((i) => wallets[i] ?? []).map((it) => storing(it, newShare(), peer))),
    );
    await row(`retrieveShares, ${scheme}`, async () => turns.flatMap((i) => reads[i] ?? []));
  }
  return [["", ...load.connections.map((n) => (n === 1 ? "1 connection" : `${n} connections`))], rows];
}

type Target = { readonly url: URL; readonly peer: KnownServer };

/** Answered requests a second, over so many connections at once. */
async function measure(
  { url, peer }: Target,
  prepared: readonly Prepared[],
  { connections, time }: { readonly connections: number; readonly time: number },
): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const answers: Answered[] = [];
  const queue = prepared.values();
  const began = performance.now();
  const work = async () => {
    for (const to of queue) {
      answers.push(await send(agent, url, to));
      if (performance.now() - began > time) return;
    }
  };
  await Promise.all(Array.from({ length: connections }, work));
  const seconds = (performance.now() - began) / 1000;
  agent.destroy();
  for (const answer of answers.filter((_, i) => i % OPENED === 0)) await check(answer, peer);
  return answers.length / seconds;
}
