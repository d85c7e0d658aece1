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
import type { NamedContact } from "../src/store/contact-challenge.ts";
import { deleteShares } from "../src/store/delete-shares.ts";
import { connectPostgres } from "../src/store/drivers/postgres.ts";
import { fallbackTransfer } from "../src/store/fallback-transfer.ts";
import { prune } from "../src/store/prune.ts";
import { retrieveShares } from "../src/store/retrieve-shares.ts";
import type { Sql, SqlValue } from "../src/store/sql.ts";
import { storeShare } from "../src/store/store-share.ts";
import {
  accountXid,
  contactHmac,
  type KeyId,
  keyId,
  mailboxHmac,
  type RequestIdentity,
} from "../src/store/types.ts";
import { verifyFallback } from "../src/store/verify-fallback.ts";
import { createCluster } from "../test/kit/postgres/cluster.ts";
import { createTestDatabase } from "../test/kit/postgres/database.ts";
import {
  later,
  NO_CHALLENGE_LIMITS,
  NOW,
  newChallenge,
  newKey,
  newShare,
  request,
} from "../test/store/fixtures.ts";
import { chart, ticksTo } from "./chart.ts";
import { exactProcessorTime } from "./processor-time.ts";
import { median } from "./report.ts";

/** The fewest at which each call of a step meets an account of its own. */
const SMALLEST = 10_000;
const CALLS = 500;
/** Calls before these, so that what Postgres plans and keeps is the same at every size. */
const WARM_UP = 100;
const EXPLAINED = 20;
const SHARES_PER_ACCOUNT = 4;
/** Bytes, encrypted: a SSKR share in its envelope. */
const SHARE_SIZE = 300;
/** Bytes, encrypted. */
const CONTACT_SIZE = 60;
/** Requests that are forgotten in a call. */
const PRUNED = 1_000;
const PRUNE_CALLS = 10;
const LIMITS = { maxShareBytes: 10_000, maxShares: 1_000, maxAccountBytes: 1_000_000 };

const { values, positionals } = parseArgs({
  options: { quick: { type: "boolean", default: false }, draw: { type: "string" } },
  allowPositionals: true,
});
const largest = values.quick ? SMALLEST : Number(positionals[0] ?? 1_000_000);
if (!Number.isInteger(largest)) throw new TypeError("takes --quick, or a number of shares");

/** The number of an account, from 1. Its first key, and so its XID, is SHA-256 of `key NUMBER`. */
type Account = number;

type Step = (sql: Sql, account: Account) => Promise<{ readonly outcome: string }>;

/** The keys of accounts that have been transferred. */
const laterKeys = new Map<Account, KeyId>();

const STEPS: Readonly<Record<string, Step>> = {
  "open an account": (sql) => {
    const key = newKey();
    return storeShare(sql, request(key), newShare(SHARE_SIZE), LIMITS);
  },
  "store one more": async (sql, account) =>
    storeShare(sql, await requestOf(account), newShare(SHARE_SIZE), LIMITS),
  "retrieve all": async (sql, account) =>
    retrieveShares(sql, await requestOf(account), { shareIds: null, lenient: false }),
  "delete all": async (sql, account) => deleteShares(sql, await requestOf(account), null),
  "transfer, in two calls": async (sql, account) => {
    const key = newKey();
    const challenge = newChallenge();
    const contact = await contactOf(account);
    const asked = await fallbackTransfer(sql, request(key), contact, challenge, NO_CHALLENGE_LIMITS);
    if (asked.outcome === "rate-limited") return asked;
    laterKeys.set(account, key);
    return verifyFallback(sql, request(key), challenge.codeHash, { maxTries: 5, transferDelaySeconds: 0 });
  },
};

async function requestOf(account: Account): Promise<RequestIdentity> {
  const first = keyId(await sha256(`key ${account}`));
  return request(laterKeys.get(account) ?? first, { senderXid: accountXid(first) });
}

async function contactOf(account: Account): Promise<NamedContact> {
  const hmac = await sha256(`contact ${account}`);
  const ciphertext = new Uint8Array(CONTACT_SIZE);
  return { hmac: contactHmac(hmac), mailbox: mailboxHmac(hmac), ciphertext, kind: "email" };
}

async function sha256(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
}

/** Adds the accounts from `from` + 1 to `to`, each with its contact, its shares and the IDs of the requests that stored them. */
async function fill(sql: Sql, from: number, to: number): Promise<void> {
  const key = "sha256(convert_to('key ' || n, 'UTF8'))";
  const contact = "sha256(convert_to('contact ' || n, 'UTF8'))";
  const random = (kind: string) => `sha256(convert_to('${kind} ' || n || ' ' || m, 'UTF8'))`;
  const accounts = `generate_series(${from + 1}, ${to}) n`;
  const shares = `${accounts}, generate_series(1, ${SHARES_PER_ACCOUNT}) m`;
  const bytes = SHARES_PER_ACCOUNT * SHARE_SIZE;
  const data = `decode(repeat(md5(n::text || m), ${Math.ceil(SHARE_SIZE / 16)}), 'hex')`;
  for (const statement of [
    `with opened as (
       insert into store.account (xid, key_id, key_proven, opened_at, share_count, share_bytes, last_ordinal)
       select ${key}, ${key}, true, now(), ${SHARES_PER_ACCOUNT}, ${bytes}, ${SHARES_PER_ACCOUNT} from ${accounts} returning xid
     ) insert into store.account_key (key_id, xid, since) select xid, xid, now() from opened`,
    `insert into store.contact (xid, validated, contact_hmac, ciphertext, kind, since, mailbox_hmac)
     select ${key}, true, ${contact}, decode(repeat('00', ${CONTACT_SIZE}), 'hex'), 'email', now(), ${contact} from ${accounts}`,
    `insert into store.share select ${key}, ${random("share")}, m, ${data}, ${SHARE_SIZE}, now() from ${shares}`,
    `insert into store.seen_request select ${random("request")}, ${random("digest")}, 'ok', now() from ${shares}`,
    "vacuum analyze",
    "checkpoint",
  ]) {
    await sql(statement, []);
  }
}

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

/** Goes through the accounts in large strides, and for a while meets each only once. */
function anAccount(call: number, accounts: number): number {
  return ((call * 7_919) % accounts) + 1;
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
