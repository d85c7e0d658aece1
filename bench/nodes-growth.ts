/**
 * How the cost of a call grows with the shares on each node of a Citus cluster:
 * `node bench/nodes-growth.ts [--quick | 10000000] [--workers 2] [--calls 500]`.
 *
 * Makes a coordinator and workers in temporary folders, and fills them to 10⁴, 10⁵, … shares, four an account. At each size it
 * calls the functions as servers do, four at a time, at all workers in turn, for accounts all over the tables. It prints the
 * processor time for a call, of each node everything that its processes do, which other work on the machine hardly changes;
 * and what a node uses in a second in which nothing is asked. `--quick` stops at 10⁴. Needs Citus (docs/scaling.md) and Linux.
 * Postgres runs without fsync, and looks after its tables between measurements only.
 */
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout } from "node:timers/promises";
import { parseArgs } from "node:util";
import { delegated } from "../src/store/delegate.ts";
import { connectPostgres } from "../src/store/drivers/postgres.ts";
import type { Sql } from "../src/store/sql.ts";
import { createDistributedDatabase, ownNodes, whyNoCitus } from "../test/kit/citus/nodes.ts";
import { type Cluster, PATIENT } from "../test/kit/postgres/cluster.ts";
import { RUN_FOLDER } from "../test/kit/postgres/run.ts";
import { anAccount, fill, SHARES_PER_ACCOUNT, STEPS, type Step } from "./filled.ts";
import { nodeTime } from "./node-time.ts";

const SMALLEST = 10_000;
const CALLERS = 4;
/** Calls before those that count, so that what the nodes plan and keep is the same at every size. */
const WARM_UP = 200;
/** Milliseconds in which nothing is asked. */
const IDLE = 5_000;

const { values, positionals } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    workers: { type: "string", default: "2" },
    calls: { type: "string", default: "500" },
  },
  allowPositionals: true,
});
const largest = values.quick ? SMALLEST : Number(positionals[0] ?? 1_000_000);
const [workers, calls] = [Number(values.workers), Number(values.calls)];
if (![largest, workers, calls].every(Number.isInteger))
  throw new TypeError("takes --quick, or a number of shares");
const missing = whyNoCitus();
if (missing !== undefined) throw new Error(missing);

/** Calls a step for `count` accounts, from the one of `first` on. */
async function inTurn(
  entries: readonly Sql[],
  step: Step,
  first: number,
  count: number,
  accounts: number,
): Promise<void> {
  let next = first;
  const caller = async () => {
    while (next < first + count) {
      const number = next++;
      const sql = entries[number % entries.length] as Sql;
      const { outcome } = await step(sql, anAccount(number, accounts));
      if (outcome !== "ok") throw new Error(outcome);
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
}

/** Milliseconds of each node while `work` is done. */
async function timesOf(nodes: readonly Cluster[], work: () => Promise<void>): Promise<readonly number[]> {
  const before = nodes.map(nodeTime);
  await work();
  return nodes.map((node, index) => nodeTime(node) - (before[index] ?? 0));
}

async function asSuperuser(node: Cluster, database: string, statements: readonly string[]): Promise<void> {
  const { sql, close } = connectPostgres(node.url("postgres", database), PATIENT);
  for (const statement of statements) await sql(statement, []);
  await close();
}

const written = (times: readonly number[], by: number) =>
  times.map((time) => (time / by).toFixed(2)).join(", ");

const folder = mkdtempSync(join(tmpdir(), "share-server-nodes-"));
chmodSync(folder, 0o711);
process.env[RUN_FOLDER] = folder;
const nodes = await ownNodes(workers);
try {
  const database = await createDistributedDatabase(nodes);
  const all = [nodes.coordinator, ...nodes.workers];
  for (const node of all) {
    await asSuperuser(node, database.name, [
      "alter system set autovacuum = off",
      "alter system set max_wal_size = '8GB'",
      "alter system set full_page_writes = off",
      "select pg_reload_conf()",
    ]);
  }
  const owner = connectPostgres(database.url("share_owner"), PATIENT);
  const pools = nodes.workers.map((node) => database.connectTo(node, "share_server", CALLERS));
  const entries = pools.map(({ sql }) => delegated(sql));
  const names = Object.keys(STEPS);
  console.log(
    `Milliseconds of processor: each worker; the coordinator. ${workers} workers, ${calls} calls each.\n`,
  );
  console.log(`| shares | ${names.join(" | ")} | nothing, for a second | filled in |`);
  console.log(`|---|${names.map(() => "---|").join("")}---|---|`);
  let accounts = 0;
  for (let shares = SMALLEST; shares <= largest; shares *= 10) {
    const begun = performance.now();
    await fill(owner.sql, accounts, shares / SHARES_PER_ACCOUNT);
    accounts = shares / SHARES_PER_ACCOUNT;
    await Promise.all(all.map((node) => asSuperuser(node, database.name, ["vacuum analyze", "checkpoint"])));
    const filled = (performance.now() - begun) / 1_000;
    const cells: string[] = [];
    for (const step of Object.values(STEPS)) {
      await inTurn(entries, step, 0, WARM_UP, accounts);
      const [coordinator = 0, ...ofWorkers] = await timesOf(all, () =>
        inTurn(entries, step, WARM_UP, calls, accounts),
      );
      cells.push(`${written(ofWorkers, calls)}; ${written([coordinator], calls)}`);
    }
    const [coordinator = 0, ...ofWorkers] = await timesOf(all, () => setTimeout(IDLE));
    cells.push(`${written(ofWorkers, IDLE / 1_000)}; ${written([coordinator], IDLE / 1_000)}`);
    console.log(`| ${shares} | ${cells.join(" | ")} | ${filled.toFixed(0)} s |`);
  }
  await Promise.all([owner.close(), ...pools.map(({ close }) => close())]);
} finally {
  await nodes.remove();
  rmSync(folder, { recursive: true, force: true });
}
