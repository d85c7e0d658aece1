/**
 * `npm run bench -- layers`: where the processor time of one sealed storeShare goes, in microseconds.
 *
 * The server runs as one process under load, on a Postgres with durable commits. A profile of its main thread assigns
 * each sample to the room or package at work. The other rows are what the system counts for the processes.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { Profiler } from "node:inspector";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pass } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { attribute } from "./attribution.ts";
import { measureCurves } from "./curves.ts";
import { mainThreadTime } from "./processor-time.ts";
import { printTable, progress, type Row } from "./report.ts";
import { check, newShare, newWallet, sendAll, storing } from "./sealed-requests.ts";
import { startTarget } from "./target.ts";

const ACCOUNTS = 20;
const CONNECTIONS = 8;
const PROFILER = pathToFileURL(join(import.meta.dirname, "profiler.ts")).href;
/** Milliseconds. */
const POLL_INTERVAL = 20;

/** @param requests how many each phase sends: warming up, measuring, profiling. */
export async function measureLayers(requests: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "share-layers-"));
  const file = join(folder, "server.cpuprofile");
  try {
    await using target = await startTarget({ NODE_OPTIONS: `--import=${PROFILER}`, PROFILE: file });
    const { server, url, peer, serverTime, postgresTime } = target;
    const wallets = Array.from({ length: ACCOUNTS }, () => newWallet("schnorr"));
    const turns = Array.from({ length: requests }, (_, i) => wallets[i % ACCOUNTS] ?? newWallet("schnorr"));
    const prepare = () => Promise.all(turns.map((wallet) => storing(wallet, newShare(), peer)));
    progress("warming up");
    await sendAll(url, await prepare(), CONNECTIONS);
    const [measured, profiled] = [await prepare(), await prepare()];

    progress("measuring");
    const clocks = () => [serverTime(), mainThreadTime(server.pid()), postgresTime()] as const;
    const before = clocks();
    const answers = await sendAll(url, measured, CONNECTIONS);
    const [all = 0, main = 0, postgres = 0] = clocks().map((time, i) => (time - (before[i] ?? 0)) / requests);

    // The profile is a phase of its own, since taking samples costs time, too.
    progress("profiling");
    process.kill(server.pid(), "SIGUSR2");
    await appearance(`${file}.begun`);
    await sendAll(url, profiled, CONNECTIONS);
    process.kill(server.pid(), "SIGUSR2");
    await appearance(file);
    for (const answer of answers.slice(0, ACCOUNTS)) await check(answer, peer);

    const times = attribute(JSON.parse(readFileSync(file, "utf8")) as Profiler.Profile);
    const sampled = [...times.values()].reduce((sum, time) => sum + time, 0);
    // The profiler also samples a thread that waits for a processor, so samples tell proportions only.
    const rows = [...times]
      .sort(([, a], [, b]) => b - a)
      .map(([name, time]): Row => [name, (time / sampled) * main]);
    const native = measureCurves({ rounds: 3, repetitions: Math.min(requests, 500) }).floor("schnorr");
    printTable(
      "Processor time of one sealed storeShare",
      ["", "µs"],
      [
        ...rows,
        ["other threads of the server: garbage collection, compiling, I/O", all - main],
        ["the server, all in all", all],
        ["Postgres", postgres],
        ["the native curves alone, which no server can do without", native],
      ],
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function appearance(file: string): Promise<void> {
  while (!existsSync(file)) await pass(POLL_INTERVAL);
}
