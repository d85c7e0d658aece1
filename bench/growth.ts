/**
 * How the cost of a request's store function grows with the shares: `node bench/growth.ts [--quick | 10000000] [--draw FILE]`.
 *
 * Makes a Postgres of its own in a temporary folder (which needs Debian's package `postgresql`), and fills it to 10⁴,
 * 10⁵, … shares, four an account. At each size it calls the functions as a server does, over one connection, for
 * accounts all over the tables. It prints the median of the processor time that Postgres took for a call, which other
 * work on the machine hardly changes, and the pages of 8 kB that it touched for one, which the machine does not change
 * at all. `--quick` stops at 10⁴, `--draw` writes the times as curves in SVG. Linux only. Postgres runs without fsync, so that the
 * bench measures its work and not the disk.
 */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { bytesToHex } from "#bc/dcbor";
import { connectPostgres } from "../src/store/drivers/postgres.ts";
import { prune } from "../src/store/prune.ts";
import type { Sql, SqlValue } from "../src/store/sql.ts";
import { createCluster } from "../test/kit/postgres/cluster.ts";
import { createTestDatabase } from "../test/kit/postgres/database.ts";
import { later, NOW } from "../test/store/fixtures.ts";
import { chart, ticksTo } from "./chart.ts";
import { anAccount, fill, SHARES_PER_ACCOUNT, STEPS, type Step } from "./filled.ts";
import { exactProcessorTime } from "./processor-time.ts";
import { median } from "./report.ts";

/** The fewest at which each call of a step meets an account of its own. */
const SMALLEST = 10_000;
const CALLS = 500;
/** Calls before these, so that what Postgres plans and keeps is the same at every size. */
const WARM_UP = 100;
const EXPLAINED = 20;
/** Requests that are forgotten in a call. */
const PRUNED = 1_000;
const PRUNE_CALLS = 10;
const { values, positionals } = parseArgs({
  options: { quick: { type: "boolean", default: false }, draw: { type: "string" } },
  allowPositionals: true,
});
const largest = values.quick ? SMALLEST : Number(positionals[0] ?? 1_000_000);
if (!Number.isInteger(largest)) throw new TypeError("takes --quick, or a number of shares");

/** Median milliseconds of processor in the process of Postgres that serves `sql`. */
async function medianTime(sql: Sql, step: Step, accounts: number): Promise<number> {
  const backend = await backendOf(sql);
  const times: number[] = [];
  for (let call = 0; call < WARM_UP + CALLS; call++) {
    const begun = exactProcessorTime(backend);
    const { outcome } = await step(sql, anAccount(EXPLAINED + call, accounts));
    times.push(exactProcessorTime(backend) - begun);
    if (outcome !== "ok") throw new Error(outcome);
  }
  return median(times.slice(WARM_UP)) / 1_000;
}

/** The process of Postgres at the other end: while the tables are filled, the connection to it may be given up. */
async function backendOf(sql: Sql): Promise<number> {
  const [row] = await sql<{ pid: number }>("select pg_backend_pid() as pid", []);
  if (row === undefined) throw new TypeError("a backend has a number");
  return row.pid;
}

/** Milliseconds of processor, for forgetting {@link PRUNED} requests among all that are remembered. */
async function pruneTime(operator: Sql, server: Sql): Promise<number> {
  const backend = await backendOf(server);
  const times: number[] = [];
  for (let call = 0; call < PRUNE_CALLS; call++) {
    await operator(
      `insert into store.seen_request select sha256(convert_to(gen_random_uuid()::text, 'UTF8')), sha256('digest'), 'ok', $1::timestamptz
       from generate_series(1, ${PRUNED})`,
      [later(-3_600)],
    );
    const begun = exactProcessorTime(backend);
    const { requests } = await prune(server, NOW);
    times.push(exactProcessorTime(backend) - begun);
    if (requests !== PRUNED) throw new Error(`${requests} requests were forgotten`);
  }
  return median(times) / 1_000;
}

/** Median of the pages that Postgres touched in a call, in its memory or outside. */
async function pagesTouched(sql: Sql, step: Step, accounts: number): Promise<number> {
  const pages: number[] = [];
  let touched = 0;
  const explained: Sql = async <Row>(text: string, params: readonly SqlValue[]) => {
    const [plan] = await sql<{ "QUERY PLAN": [{ Plan: Record<string, number> }] }>(
      `explain (analyze, buffers, format json) ${text.replace(/\$(\d+)/g, (_, place) => literal(params[place - 1]))}`,
      [],
    );
    const { "Shared Hit Blocks": hit = 0, "Shared Read Blocks": read = 0 } =
      plan?.["QUERY PLAN"][0].Plan ?? {};
    touched += hit + read;
    return [{ outcome: "ok", account: new Uint8Array(32), share_id: null, data: null }] as Row[];
  };
  for (let call = 0; call < EXPLAINED; call++) {
    touched = 0;
    await step(explained, anAccount(call, accounts));
    pages.push(touched);
  }
  return median(pages);
}

function literal(value: SqlValue | undefined): string {
  if (value instanceof Uint8Array) return `'\\x${bytesToHex(value)}'::bytea`;
  if (value instanceof Date) return `'${value.toISOString()}'::timestamptz`;
  return value === null || value === undefined
    ? "null"
    : typeof value === "number"
      ? `${value}`
      : `'${value}'`;
}

const folder = mkdtempSync(join(tmpdir(), "share-server-growth-"));
chmodSync(folder, 0o711);
const cluster = await createCluster(join(folder, "cluster"));
try {
  const { url } = await createTestDatabase(cluster);
  const operator = connectPostgres(url("postgres"), { connections: 1, statementTimeout: 0 });
  const server = connectPostgres(url("share_server"), { connections: 1 });
  for (const setting of ["max_wal_size = '8GB'", "full_page_writes = off"])
    await operator.sql(`alter system set ${setting}`, []);
  await operator.sql("select pg_reload_conf()", []);
  const names = Object.keys(STEPS);
  console.log(
    `| shares | ${names.map((name) => `${name}: ms, pages`).join(" | ")} | forget ${PRUNED} requests: ms | bytes a share |`,
  );
  console.log(`|---|${names.map(() => "---|").join("")}---|---|`);
  const curves = names.map((name) => ({ name, points: [] as (readonly [number, number])[] }));
  let accounts = 0;
  for (let shares = SMALLEST; shares <= largest; shares *= 10) {
    await fill(operator.sql, accounts, shares / SHARES_PER_ACCOUNT);
    for (const statement of ["vacuum analyze", "checkpoint"]) await operator.sql(statement, []);
    accounts = shares / SHARES_PER_ACCOUNT;
    const [disk] = await operator.sql<{ bytes: number }>(
      "select sum(pg_total_relation_size(c.oid))::float8 as bytes from pg_class c where relnamespace = 'store'::regnamespace and relkind = 'r'",
      [],
    );
    const cells: string[] = [];
    for (const [index, step] of Object.values(STEPS).entries()) {
      const pages = await pagesTouched(server.sql, step, accounts);
      const time = await medianTime(server.sql, step, accounts);
      curves[index]?.points.push([shares, time]);
      cells.push(`${time.toFixed(2)}, ${pages}`);
    }
    cells.push((await pruneTime(operator.sql, server.sql)).toFixed(1));
    console.log(`| ${shares} | ${cells.join(" | ")} | ${Math.round((disk?.bytes ?? 0) / shares)} |`);
  }
  if (values.draw !== undefined) {
    const sizes = curves[0]?.points.map(([shares]) => shares) ?? [];
    const most = Math.max(...curves.flatMap(({ points }) => points.map(([, time]) => time)));
    const x = { title: "shares", ticks: sizes, logarithmic: true };
    writeFileSync(
      values.draw,
      chart("Processor time of a call by shares", x, { title: "ms", ticks: ticksTo(most) }, curves),
    );
  }
  await Promise.all([operator.close(), server.close()]);
} finally {
  await cluster.remove();
  rmSync(folder, { recursive: true, force: true });
}
