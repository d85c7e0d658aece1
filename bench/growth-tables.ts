/** The tables that growth.ts measures: a Postgres of its own, with a database for each number of shares. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectPostgres } from "../src/store/drivers/postgres.ts";
import { readSchema } from "../src/store/drivers/schema-files.ts";
import { grantExecution, migrate } from "../src/store/migrate.ts";
import { type Cluster, clusterAt, createCluster, PATIENT, type Role } from "../test/kit/postgres/cluster.ts";
import { createTestDatabase } from "../test/kit/postgres/database.ts";
import { NOW } from "../test/store/fixtures.ts";
import { fill, SHARES_PER_ACCOUNT } from "./filled.ts";
import { progress } from "./report.ts";

/** Accounts that are filled in at a time. */
const PORTION = 250_000;
/** Rows of what lasts a day only: as many at each size, so that only shares and requests differ. They are the last accounts'. */
export const OF_THE_DAY = 1_000;
/** Databases with fewer shares are made anew for each run, because a run changes many of their accounts. */
const KEPT_FROM = 1_000_000;

/** A database with so many shares. */
export type Size = {
  readonly shares: number;
  readonly name: string;
  /** Accounts that calls have changed. */
  used: number;
};

export type Tables = {
  readonly sizes: readonly Size[];
  /** Whether a database was filled that is kept. */
  readonly filled: boolean;
  readonly url: (role: Role, name: string) => string;
  /** Writes down what has been used, and stops Postgres. Tables without a folder of their own go. */
  readonly close: () => Promise<void>;
};

/**
 * @param largest its databases have 10⁴, 10⁵, … shares, up to so many.
 * @param kept the folder in which large ones are found again. Absent: all of it goes at the end.
 * @param settings of Postgres, a line each.
 */
export async function openTables(
  largest: number,
  kept: string | undefined,
  settings: readonly string[],
): Promise<Tables> {
  const folder = kept ?? mkdtempSync(join(tmpdir(), "share-server-growth-"));
  mkdirSync(folder, { recursive: true });
  // Postgres may run as another user, who has to get through this folder.
  chmodSync(folder, 0o711);
  const list = join(folder, "sizes.json");
  const place = join(folder, "cluster");
  const found: { readonly port: number; readonly sizes: readonly Size[] } | undefined = existsSync(list)
    ? JSON.parse(readFileSync(list, "utf8"))
    : undefined;
  // The log is not what is measured.
  const all = ["max_wal_size = '8GB'", "full_page_writes = off", ...settings];
  const cluster =
    found === undefined ? await createCluster(place, false, all) : await started(place, found.port, all);
  const sizes = (found?.sizes ?? []).filter(({ shares }) => shares >= KEPT_FROM);
  const remember = () =>
    writeFileSync(list, JSON.stringify({ port: cluster.port, sizes } satisfies typeof found));
  for (const { name } of sizes) await bringUpToDate(cluster.url("share_owner", name));
  let filled = false;
  for (let shares = 10_000; shares <= largest; shares *= 10) {
    if (sizes.some((size) => size.shares === shares)) continue;
    progress(`filling ${shares}`);
    const { name, url } = await createTestDatabase(cluster);
    await fillAll(url("postgres"), shares / SHARES_PER_ACCOUNT);
    sizes.push({ shares, name, used: 0 });
    remember();
    filled ||= shares >= KEPT_FROM;
  }
  return {
    filled,
    sizes: sizes.filter(({ shares }) => shares <= largest).sort((a, b) => a.shares - b.shares),
    url: cluster.url,
    close: async () => {
      remember();
      if (kept !== undefined) return cluster.stop("fast");
      await cluster.remove();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function bringUpToDate(url: string): Promise<void> {
  const { sql, close } = connectPostgres(url, PATIENT);
  await migrate(sql, await readSchema(), NOW);
  await grantExecution(sql, "share_server");
  await close();
}

async function started(folder: string, port: number, settings: readonly string[]): Promise<Cluster> {
  const cluster = clusterAt(folder, port);
  const lines = ["fsync = off", "max_connections = 200", ...settings];
  writeFileSync(join(folder, "data/postgresql.auto.conf"), `${lines.join("\n")}\n`);
  await cluster.start();
  return cluster;
}

async function fillAll(url: string, accounts: number): Promise<void> {
  const { sql, close } = connectPostgres(url, { connections: 1, statementTimeout: 0 });
  // References are not looked at: all that is filled in is right.
  await sql("set session_replication_role = replica", []);
  for (let from = 0; from < accounts; from += PORTION) {
    progress(`filling ${accounts * SHARES_PER_ACCOUNT}: ${from * SHARES_PER_ACCOUNT}`);
    await fill(sql, from, Math.min(from + PORTION, accounts));
  }
  for (const statement of [...ofTheDay(accounts), "vacuum analyze", "checkpoint"]) await sql(statement, []);
  await close();
}

/** Half an hour before the calls, which come at the fixtures' `NOW`, and long after them. */
const [BEFORE, AFTER] = ["timestamptz '2026-11-22T09:30:00Z'", "timestamptz '2026-11-22T20:00:00Z'"];

/** Challenges that are over, events, and news that nobody is told yet, of the last accounts. */
function ofTheDay(accounts: number): readonly string[] {
  const hash = (text: string) => `sha256(convert_to(${text}, 'UTF8'))`;
  const account = hash(`'key ' || ${accounts} - n + 1`);
  const contact = hash("'mailbox ' || n");
  const events = `generate_series(1, ${OF_THE_DAY}) n`;
  return [
    `insert into store.challenge (token_hash, code_hash, xid, purpose, state, key_id, contact_hmac, mailbox_hmac, request_key, created_at, expires_at)
     select ${hash("'token ' || n")}, ${hash("'code ' || n")}, ${account}, 'transfer', 'done', ${hash("'mover ' || n")}, ${contact}, ${contact}, ${hash("'asked ' || n")}, ${BEFORE}, ${BEFORE} from ${events}`,
    `insert into store.audit_event (account, event, hour, first_at, last_at, times, logged)
     select left(encode(${account}, 'hex'), 16), 'account-opened', ${BEFORE}, ${BEFORE}, ${BEFORE}, 1, 1 from ${events}`,
    `insert into store.outbox (xid, class, topic, contact_hmac, contact_ciphertext, contact_kind, token_hash, created_at, expires_at, next_attempt_at)
     select ${account}, 'notice', 'key-changed', ${contact}, '\\x00', 'email', null, ${BEFORE}, ${AFTER}, ${AFTER} from ${events}`,
    `insert into store.notice (message_id, xid, mailbox_hmac, due_at)
     select gen_random_uuid(), ${account}, ${contact}, ${BEFORE} from ${events}`,
  ];
}
