/**
 * `npm run bench -- reference URL LOAD`: this server beside the reference depository, under the same load program.
 *
 * The two take turns, so that other work of the machine slows both alike. Both are warm when the clock starts. The
 * reference has to run already, at URL.
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
  /** In each round. */
  readonly requests: number;
  /** Before the first round, of each kind. */
  readonly warmUp: number;
  readonly connections: readonly number[];
};

/** Requests a second, and milliseconds. */
type Run = { readonly rate: number; readonly p50: number; readonly p99: number };

/** With microseconds of processor time a request. */
type OurRun = Run & { readonly server: number; readonly postgres: number };

export async function compareWithReference(
  reference: string,
  program: string,
  { rounds, accounts, requests, warmUp, connections }: ReferenceLoad,
): Promise<void> {
  await using target = await startTarget({ WORKERS: String(cpus().length) });
  const run = async (url: string, kind: string, at: number, count = requests): Promise<Run> => {
    const words = [url, kind, String(accounts), String(count), String(at)];
    const { stdout } = await promisify(execFile)(program, words);
    return runIn(stdout);
  };
  const runOurs = async (kind: string, at: number): Promise<OurRun> => {
    const [server, postgres] = [target.serverTime(), target.postgresTime()];
    const ours = await run(target.server.url(), kind, at);
    return {
      ...ours,
      server: (target.serverTime() - server) / requests,
      postgres: (target.postgresTime() - postgres) / requests,
    };
  };
  for (const kind of KINDS) {
    progress(`${kind}: warming up`);
    for (const url of [target.server.url(), reference])
      await run(url, kind, Math.max(...connections), warmUp);
  }
  const rows: Row[] = [];
  for (const kind of KINDS) {
    for (const at of connections) {
      const [ours, theirs]: [OurRun[], Run[]] = [[], []];
      for (let round = 1; round <= rounds; round++) {
        progress(`${kind}, ${at} connections: round ${round} of ${rounds}`);
        ours.push(await runOurs(kind, at));
        theirs.push(await run(reference, kind, at));
      }
      rows.push(rowOf(`${kind} @${at}`, ours, theirs));
    }
  }
  printTable(
    `Sealed requests a second, milliseconds, and our processor time a request in µs: medians of ${rounds} rounds in turns`,
    [
      ...["", "ours", "reference", "ratio", "ours p50", "p99", "reference p50", "p99"],
      ...["server µs", "Postgres µs"],
    ],
    rows,
  );
}

const KINDS = ["store", "get"];

function rowOf(name: string, ours: readonly OurRun[], theirs: readonly Run[]): Row {
  const middle = <Name extends string>(runs: readonly Readonly<Record<Name, number>>[], value: Name) =>
    median(runs.map((run) => run[value]));
  const [our, their] = [middle(ours, "rate"), middle(theirs, "rate")];
  const times = [ours, theirs].flatMap((runs: readonly Run[]) => [middle(runs, "p50"), middle(runs, "p99")]);
  return [name, our, their, our / their, ...times, middle(ours, "server"), middle(ours, "postgres")];
}

function runIn(line: string): Run {
  const value = (name: string) => Number(new RegExp(`\\b${name}=([\\d.]+)`).exec(line)?.[1]);
  const run = { rate: value("rps"), p50: value("p50"), p99: value("p99") };
  if (Object.values(run).some(Number.isNaN)) throw new Error(`the load program printed: ${line}`);
  return run;
}
