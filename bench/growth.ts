/**
 * How the cost of a request's store function grows with the shares:
 * `node bench/growth.ts [--quick | 10000000] [--set 'SETTING = VALUE']… [--in FOLDER] [--draw FILE]`.
 *
 * Makes a Postgres of its own (which needs Debian's package `postgresql`), with a database of 10⁴ shares, four an account, one of
 * 10⁵, and so on. Then it calls the functions as a server does, over one connection to each database, for accounts all over the
 * tables: for each kind of call a few in the first database, a few in the second and so on, again and again, so that other work on
 * the machine slows all sizes alike. It prints the median of the processor time that Postgres took for a call, and the pages of
 * 8 kB that it touched for one, which the machine does not change at all.
 *
 * `--set` gives Postgres a setting, such as `shared_buffers = 8GB`. `--in` keeps the large databases in a folder, to be measured
 * again without being filled; nothing is measured when they have just been filled, so that this can wait for a quiet machine.
 * `--quick` stops at 10⁴, `--draw` writes the times as curves in SVG. Linux only. Postgres runs without fsync, so that the bench
 * measures its work and not the disk.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { bytesToHex } from "#bc/dcbor";
import { connectPostgres } from "../src/store/drivers/postgres.ts";
import { prune } from "../src/store/prune.ts";
import type { Sql, SqlValue } from "../src/store/sql.ts";
import { later, NOW } from "../test/store/fixtures.ts";
import { chart, ticksTo } from "./chart.ts";
import { type Account, anAccount, SHARES_PER_ACCOUNT, STEPS, type Step } from "./filled.ts";
import { OF_THE_DAY, openTables, type Size } from "./growth-tables.ts";
import { exactProcessorTime } from "./processor-time.ts";
import { median, progress } from "./report.ts";

const SMALLEST = 10_000;
/** Each round has so many calls of a kind at each size. */
const [ROUNDS, CALLS] = [20, 25];
/** Calls before these, so that what Postgres plans and keeps is the same at every size. */
const WARM_UP = 100;
const EXPLAINED = 20;
/** Requests that are forgotten in a call. */
const PRUNED = 1_000;

const { values, positionals } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    set: { type: "string", multiple: true, default: [] },
    in: { type: "string" },
    draw: { type: "string" },
  },
  allowPositionals: true,
});
const largest = values.quick ? SMALLEST : Number(positionals[0] ?? 1_000_000);
if (!Number.isInteger(largest)) throw new TypeError("takes --quick, or a number of shares");

/** One database, and a connection to it, which may do more than a server's. */
type Subject = {
  readonly size: Size;
  readonly sql: Sql;
};

/** The process of Postgres that serves a connection. */
async function backendOf(sql: Sql): Promise<number> {
  const [row] = await sql<{ pid: number }>("select pg_backend_pid() as pid", []);
  if (row === undefined) throw new TypeError("a backend has a number");
  return row.pid;
}

/** Milliseconds of processor time that this process takes meanwhile. */
async function timeOf(backend: number, work: () => Promise<void>): Promise<number> {
  const begun = exactProcessorTime(backend);
  await work();
  return (exactProcessorTime(backend) - begun) / 1_000;
}

/** For each size the times of many calls, which the sizes have made in turns. */
async function inTurns(
  subjects: readonly Subject[],
  rounds: number,
  round: (subject: Subject, round: number) => Promise<readonly number[]>,
): Promise<readonly number[]> {
  const times = subjects.map((): number[] => []);
  for (let index = 0; index < rounds; index++) {
    for (const [at, subject] of subjects.entries()) times[at]?.push(...(await round(subject, index)));
  }
  return times.map(median);
}

/** Each call meets an account that calls of this kind have not met. */
async function call({ sql, size }: Subject, step: Step, index: number): Promise<void> {
  const { outcome } = await step(sql, accountOf(size, EXPLAINED + index));
  if (outcome !== "ok") throw new Error(outcome);
}

async function warmUp(subject: Subject, step: Step): Promise<void> {
  for (let index = 0; index < WARM_UP; index++) await call(subject, step, index);
}

async function calls(subject: Subject, step: Step, round: number): Promise<readonly number[]> {
  const backend = await backendOf(subject.sql);
  // Not counted: it finds the processor's caches full of another size.
  await call(subject, step, WARM_UP + round * CALLS);
  const times: number[] = [];
  for (let index = 1; index < CALLS; index++) {
    times.push(await timeOf(backend, () => call(subject, step, WARM_UP + round * CALLS + index)));
  }
  return times;
}

/** Forgets {@link PRUNED} requests among all that are remembered. */
async function forget(subject: Subject): Promise<number> {
  await subject.sql(
    `insert into store.seen_request select sha256(convert_to(gen_random_uuid()::text, 'UTF8')), sha256('digest'), 'ok', $1::timestamptz
     from generate_series(1, ${PRUNED})`,
    [later(-3_600)],
  );
  return timeOf(await backendOf(subject.sql), async () => {
    const { requests } = await prune(subject.sql, NOW);
    if (requests !== PRUNED) throw new Error(`${requests} requests were forgotten`);
  });
}

/** Median of the pages that Postgres touched in a call, in its memory or outside. */
async function pagesTouched({ sql, size }: Subject, step: Step): Promise<number> {
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
    await step(explained, accountOf(size, call));
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

/** Of those that no earlier run has changed, and that nothing of the day concerns. */
function accountOf({ shares, used }: Size, call: number): Account {
  return anAccount(used + call, shares / SHARES_PER_ACCOUNT - OF_THE_DAY);
}

type Measured = {
  readonly name: string;
  readonly times: readonly number[];
  /** Empty: not counted. */
  readonly pages: readonly number[];
};

async function measure(subjects: readonly Subject[]): Promise<readonly Measured[]> {
  const measured: Measured[] = [];
  for (const [name, step] of Object.entries(STEPS)) {
    progress(name);
    const pages: number[] = [];
    for (const subject of subjects) {
      pages.push(await pagesTouched(subject, step));
      await warmUp(subject, step);
    }
    const times = await inTurns(subjects, ROUNDS, (subject, round) => calls(subject, step, round));
    measured.push({ name, times, pages });
  }
  progress("forgetting");
  const times = await inTurns(subjects, ROUNDS, async (subject) => [await forget(subject)]);
  for (const { size } of subjects) size.used += EXPLAINED + WARM_UP + ROUNDS * CALLS;
  return [...measured, { name: `forget ${PRUNED} requests`, times, pages: [] }];
}

/**
 * Reads all of a database once, by the connection that will be measured, as one has that has served for a while: what fits is in
 * Postgres's memory then, and the connection's process has all of that memory in its reach.
 */
async function readAll({ sql }: Subject): Promise<void> {
  await sql("create extension if not exists pg_prewarm", []);
  await sql(
    "select pg_prewarm(oid) from pg_class where relnamespace = 'store'::regnamespace and relkind in ('r', 'i') order by relkind desc",
    [],
  );
}

async function bytesOf({ sql }: Subject): Promise<number> {
  const [disk] = await sql<{ bytes: number }>(
    "select sum(pg_total_relation_size(c.oid))::float8 as bytes from pg_class c where relnamespace = 'store'::regnamespace and relkind = 'r'",
    [],
  );
  return disk?.bytes ?? 0;
}

const tables = await openTables(largest, values.in, values.set);
try {
  if (tables.filled && values.in !== undefined) {
    console.log("filled; the same again measures");
  } else {
    const connections = tables.sizes.map((size) =>
      connectPostgres(tables.url("postgres", size.name), {
        connections: 1,
        statementTimeout: 0,
      }),
    );
    const subjects = tables.sizes.flatMap((size, index): Subject[] => {
      const connection = connections[index];
      return connection === undefined ? [] : [{ size, sql: connection.sql }];
    });
    const bytes: number[] = [];
    // The largest first: a connection that waits for ten seconds is given up.
    for (const subject of [...subjects].reverse()) await readAll(subject);
    for (const subject of subjects) bytes.push(await bytesOf(subject));
    const measured = await measure(subjects);
    await Promise.all(connections.map(({ close }) => close()));

    const heads = measured.map(({ name, pages }) => `${name}: ms${pages.length > 0 ? ", pages" : ""}`);
    console.log(`| shares | ${heads.join(" | ")} | bytes a share |`);
    console.log(`|---|${heads.map(() => "---|").join("")}---|`);
    for (const [index, { shares }] of tables.sizes.entries()) {
      const cells = measured.map(({ times, pages }) =>
        [times[index]?.toFixed(3), ...pages.slice(index, index + 1)].join(", "),
      );
      console.log(`| ${shares} | ${cells.join(" | ")} | ${Math.round((bytes[index] ?? 0) / shares)} |`);
    }
    const ratios = measured.map(({ times }) => ((times.at(-1) ?? 0) / (times[0] ?? 0)).toFixed(2));
    console.log(`| last to first | ${ratios.join(" | ")} | |`);
    if (values.draw !== undefined) {
      const sizes = tables.sizes.map(({ shares }) => shares);
      const curves = measured
        .filter(({ pages }) => pages.length > 0)
        .map(({ name, times }) => ({
          name,
          points: times.map((time, index) => [sizes[index] ?? 0, time] as const),
        }));
      const most = Math.max(...curves.flatMap(({ points }) => points.map(([, time]) => time)));
      const x = { title: "shares", ticks: sizes, logarithmic: true };
      writeFileSync(
        values.draw,
        chart("Processor time of a call by shares", x, { title: "ms", ticks: ticksTo(most) }, curves),
      );
    }
  }
} finally {
  await tables.close();
}
