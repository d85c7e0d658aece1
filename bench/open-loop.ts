/**
 * `npm run bench -- open-loop`: how long answers take when requests come by the clock. As with many independent
 * wallets, a request does not wait for the answers to earlier ones.
 *
 * A request's time counts from the moment when it was due, so a server that falls behind can't hide it.
 */
import { writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { chart, ticksTo } from "./chart.ts";
import { printTable, progress, quantile, type Row } from "./report.ts";
import { check, newShare, newWallet, sendAll, sendByClock, storing } from "./sealed-requests.ts";
import { startTarget } from "./target.ts";

const ACCOUNTS = 40;
const CONNECTIONS = 32;
/** Fractions of the highest rate that the server keeps up with. */
const LOADS = [0.2, 0.35, 0.5, 0.65, 0.8, 0.9];

/** @param drawing a file that gets the times as curves, if there shall be one. */
export async function measureOpenLoop(requests: number, drawing: string | undefined): Promise<void> {
  await using target = await startTarget({ WORKERS: String(cpus().length) });
  const { url, peer } = target;
  const wallets = Array.from({ length: ACCOUNTS }, () => newWallet("schnorr"));
  const prepare = () =>
    Promise.all(
      Array.from({ length: requests }, (_, i) => wallets[i % ACCOUNTS] ?? newWallet("schnorr")).map(
        (wallet) => storing(wallet, newShare(), peer),
      ),
    );
  progress("warming up");
  await sendAll(url, await prepare(), CONNECTIONS);
  const most = await prepare();
  progress("finding the highest rate");
  const began = performance.now();
  await sendAll(url, most, CONNECTIONS);
  const highest = (requests / (performance.now() - began)) * 1000;

  const rows: Row[] = [];
  for (const load of LOADS) {
    progress(`${load * 100} %`);
    const { answers, times } = await sendByClock(url, await prepare(), highest * load);
    for (const answer of answers.slice(0, ACCOUNTS)) await check(answer, peer);
    rows.push([`${load * 100} % of it`, highest * load, quantile(times, 0.5), quantile(times, 0.99)]);
  }
  printTable(
    `Sealed storeShare by the clock; the highest rate over ${CONNECTIONS} connections is ${highest.toFixed(0)} a second`,
    ["", "a second", "p50 ms", "p99 ms"],
    rows,
  );
  if (drawing !== undefined) await writeFile(drawing, curves(rows));
}

function curves(rows: readonly Row[]): string {
  const times = rows.map(([, , p50 = 0, p99 = 0]) => [p50, p99] as const);
  const series = ["p50", "p99"].map((name, i) => ({
    name,
    points: times.map((row, at) => [(LOADS[at] ?? 0) * 100, row[i] ?? 0] as const),
  }));
  const x = { title: "% of the highest rate", ticks: [0, 20, 40, 60, 80, 100] };
  return chart(
    "Time of an answer by load",
    x,
    { title: "ms", ticks: ticksTo(Math.max(...times.flat())) },
    series,
  );
}
