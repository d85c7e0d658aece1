/**
 * `npm run bench -- reference URL LOAD`: this server beside the reference depository, under the same load program.
 *
 * The two take turns, so that other work of the machine slows both alike. The reference has to run already, at URL.
 * LOAD is the program: `LOAD URL store|get ACCOUNTS REQUESTS CONNECTIONS` prints a line with `rps=`, `p50=…ms` and
 * `p99=…ms`.
 */
import { execFile } from "node:child_process";
import { cpus } from "node:os";
import { promisify } from "node:util";
import { median, printTable, progress, type Row } from "./report.ts";
import { startTarget } from "./target.ts";

export type ReferenceLoad = {
  readonly rounds: number;
  readonly accounts: number;
  readonly requests: number;
  readonly connections: readonly number[];
};

/** Requests a second, and milliseconds. */
type Run = { readonly rate: number; readonly p50: number; readonly p99: number };

export async function compareWithReference(
  reference: string,
  program: string,
  { rounds, accounts, requests, connections }: ReferenceLoad,
): Promise<void> {
  await using target = await startTarget({ WORKERS: String(cpus().length) });
  const run = async (url: string, kind: string, at: number): Promise<Run> => {
    const words = [url, kind, String(accounts), String(requests), String(at)];
    const { stdout } = await promisify(execFile)(program, words);
    return runIn(stdout);
  };
  const rows: Row[] = [];
  for (const kind of ["store", "get"]) {
    for (const at of connections) {
      const [ours, theirs]: [Run[], Run[]] = [[], []];
      for (let round = 1; round <= rounds; round++) {
        progress(`${kind}, ${at} connections: round ${round} of ${rounds}`);
        ours.push(await run(target.server.url(), kind, at));
        theirs.push(await run(reference, kind, at));
      }
      rows.push(rowOf(`${kind} @${at}`, ours, theirs));
    }
  }
  printTable(
    `Sealed requests a second and milliseconds, medians of ${rounds} rounds in turns`,
    ["", "ours", "reference", "ratio", "ours p50", "p99", "reference p50", "p99"],
    rows,
  );
}

function rowOf(name: string, ours: readonly Run[], theirs: readonly Run[]): Row {
  const [our, their] = [ours, theirs].map((runs) => ({
    rate: median(runs.map(({ rate }) => rate)),
    p50: median(runs.map(({ p50 }) => p50)),
    p99: median(runs.map(({ p99 }) => p99)),
  }));
  if (our === undefined || their === undefined) throw new TypeError("no runs");
  return [name, our.rate, their.rate, our.rate / their.rate, our.p50, our.p99, their.p50, their.p99];
}

function runIn(line: string): Run {
  const value = (name: string) => Number(new RegExp(`\\b${name}=([\\d.]+)`).exec(line)?.[1]);
  const run = { rate: value("rps"), p50: value("p50"), p99: value("p99") };
  if (Object.values(run).some(Number.isNaN)) throw new Error(`the load program printed: ${line}`);
  return run;
}
