/**
 * `npm run bench -- steady MINUTES`: whether the server's memory stays as it is while it stores shares for a long time.
 *
 * Requests come by the clock, at half the rate that the server keeps up with. Each wallet opens an account and stores a
 * few hundred shares, so accounts and tables grow as they do in life.
 */
import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import { childrenOf } from "./processor-time.ts";
import { printTable, progress, quantile, type Row } from "./report.ts";
import { newShare, newWallet, type Prepared, sendAll, sendByClock, storing } from "./sealed-requests.ts";
import { startTarget, type Target } from "./target.ts";

const CONNECTIONS = 32;
const SHARES_PER_ACCOUNT = 500;
/** Seconds of load that are prepared at a time. */
const PORTION = 5;
const ROWS = 12;

/** @param requests so many tell the highest rate. */
export async function measureSteady(seconds: number, requests: number): Promise<void> {
  await using target = await startTarget({ WORKERS: String(cpus().length) });
  const prepare = preparation(target);
  progress("finding the highest rate");
  await sendAll(target.url, await prepare(requests), CONNECTIONS);
  const most = await prepare(requests);
  const began = performance.now();
  await sendAll(target.url, most, CONNECTIONS);
  const highest = (requests / (performance.now() - began)) * 1000;

  const rate = highest / 2;
  const rows: Row[] = [["before", memoryOf(target.server.pid()), Number.NaN, Number.NaN, Number.NaN]];
  for (let row = 1; row <= ROWS; row++) {
    const until = (seconds * row) / ROWS;
    progress(`${until.toFixed(0)} of ${seconds} s`);
    const times = await store(target, prepare, rate, seconds / ROWS);
    rows.push([
      `${until.toFixed(0)} s`,
      memoryOf(target.server.pid()),
      times.length,
      quantile(times, 0.5),
      quantile(times, 0.99),
    ]);
  }
  printTable(
    `Sealed storeShare by the clock at ${rate.toFixed(0)} a second, half of the highest rate`,
    ["after", "server MB", "stored", "p50 ms", "p99 ms"],
    rows,
  );
}

type Prepare = (count: number) => Promise<readonly Prepared[]>;

/** Requests that store one new share each, for an account until it has enough of them, then for the next. */
function preparation({ peer }: Target): Prepare {
  let wallet = newWallet("schnorr");
  let stored = 0;
  return (count) =>
    Promise.all(
      Array.from({ length: count }, () => {
        if (stored++ % SHARES_PER_ACCOUNT === 0) wallet = newWallet("schnorr");
        return storing(wallet, newShare(), peer);
      }),
    );
}

/** Milliseconds that each request took from when it was due. While one portion is sent the next is prepared. */
async function store(target: Target, prepare: Prepare, rate: number, seconds: number): Promise<number[]> {
  const times: number[] = [];
  const portion = Math.max(1, Math.round(rate * Math.min(PORTION, seconds)));
  let next = prepare(portion);
  for (let left = Math.round(rate * seconds); left > 0; left -= portion) {
    const now = await next;
    const sent = sendByClock(target.url, now, rate);
    next = prepare(portion);
    times.push(...(await sent).times);
  }
  await next;
  return times;
}

/** Megabytes of memory that the server's processes have of their own. */
function memoryOf(pid: number): number {
  return [pid, ...childrenOf(pid)].reduce((sum, one) => sum + privateMemory(one), 0) / 1024;
}

/** Kilobytes. */
function privateMemory(pid: number): number {
  return Number(/RssAnon:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
}
