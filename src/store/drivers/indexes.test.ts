/**
 * No store function reads more rows than it is about. The tables are full of strangers' rows, and every function is
 * called. Then no table has been read from end to end, and all calls together have read fewer entries of each table's
 * indexes than one look at the strangers' would have. (Pruning is the exception: it is about as many rows as it is
 * told.) Postgres itself counts what it has read; the plan that it would make is not asked for.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { whyNoPostgres } from "../../../test/kit/postgres/cluster.ts";
import { createTestDatabase } from "../../../test/kit/postgres/database.ts";
import * as fixtures from "../../../test/store/fixtures.ts";
import { claimAudit } from "../audit.ts";
import { confirmByToken, lookUpToken } from "../challenge-by-token.ts";
import { deleteAccount } from "../delete-account.ts";
import { deleteShares } from "../delete-shares.ts";
import { fallbackTransfer } from "../fallback-transfer.ts";
import { isTransferPending } from "../is-transfer-pending.ts";
import { lookUpTransfer } from "../look-up-transfer.ts";
import { claimMessages, failMessage, finishMessage } from "../outbox.ts";
import { prune } from "../prune.ts";
import { retrieveFallback } from "../retrieve-fallback.ts";
import { retrieveShares } from "../retrieve-shares.ts";
import { storeShare } from "../store-share.ts";
import { networkHmac } from "../types.ts";
import { updateFallback } from "../update-fallback.ts";
import { updatePublicKey } from "../update-public-key.ts";
import { verifyFallback } from "../verify-fallback.ts";
import type { PostgresDatabase } from "./postgres.ts";

const { CHALLENGE_LIMITS, later, NOW, newChallenge, newContact, newKey, newShare, request } = fixtures;
const skipped = whyNoPostgres();
const ROWS = 5_000;
/** Some thirty calls, each about a handful of rows. */
const FEW_ROWS = 200;

type Reads = {
  readonly table: string;
  readonly scans: number;
  readonly whole: number;
  readonly rows: number;
};

describe.skipIf(skipped)(`the store's functions on large tables${skipped ? ` (${skipped})` : ""}`, () => {
  let server: PostgresDatabase;
  let owner: PostgresDatabase;
  beforeAll(async () => {
    const database = await createTestDatabase();
    server = database.connect("share_server", 1);
    owner = database.connect("share_owner", 1);
    await fillTables(owner);
  });
  afterAll(() => Promise.all([server.close(), owner.close()]));

  const reads = () =>
    owner.sql<Reads>(
      `select relname::text as table, idx_scan::integer as scans, seq_scan::integer as whole,
         (seq_tup_read + (select sum(idx_tup_read) from pg_stat_user_indexes i where i.relid = t.relid))::integer as rows
       from pg_stat_user_tables t where schemaname = 'store'
       and relname not in ('migration', 'function_set', 'distribution', 'server', 'horizon', 'data_key')
       order by relname`,
      [],
    );

  test("find their rows by an index, and read none of strangers' on the way", async () => {
    const { sql } = server;
    const before = await reads();
    const network = networkHmac(fixtures.random());
    const newcomers = { networks: [network], maxPerHour: 1 };
    const key = newKey();
    const share = newShare();
    await storeShare(sql, { ...request(key), newcomers }, share, fixtures.QUOTAS);
    await storeShare(sql, { ...request(newKey()), newcomers }, newShare(), fixtures.QUOTAS);
    const contact = newContact();
    const challenge = { ...newChallenge(), network };
    await updateFallback(sql, request(key), { contact, challenge }, CHALLENGE_LIMITS);
    await lookUpToken(sql, challenge.tokenHash, NOW);
    await confirmByToken(sql, challenge.tokenHash, NOW, 0);
    await retrieveFallback(sql, request(key));
    await retrieveShares(sql, request(key), { shareIds: [share.shareId], lenient: false });
    await retrieveShares(sql, request(key), { shareIds: null, lenient: false });
    await deleteShares(sql, request(key), [share.shareId]);
    const next = newKey();
    await updatePublicKey(sql, request(key), next);
    const mover = newKey();
    const asked = request(mover);
    const asking = newChallenge();
    await fallbackTransfer(sql, asked, contact, asking, CHALLENGE_LIMITS);
    await lookUpTransfer(sql, asked);
    await isTransferPending(sql, asked);
    for (const code of [newChallenge().codeHash, asking.codeHash]) {
      await verifyFallback(sql, request(mover), code, fixtures.VERIFY_LIMITS);
    }
    const account = { senderXid: fixtures.xidOf(key) };
    await storeShare(sql, request(mover, account), newShare(), fixtures.QUOTAS);
    const claim = { ...fixtures.EVERYTHING, codes: 2, notices: 2, decoys: 2 };
    for (const { id } of (await claimMessages(sql, NOW, claim)).messages) {
      await failMessage(sql, id, NOW, NOW);
      await finishMessage(sql, id);
    }
    await deleteAccount(sql, request(mover, account));
    await claimAudit(sql, 2);

    // A connection reports what it has read when it ends.
    await server.close();
    const connected =
      "select from pg_stat_activity where datname = current_database() and usename = 'share_server'";
    while ((await owner.sql(connected, [])).length > 0);
    const after = await reads();
    const read = after.map(({ table, scans, whole, rows }, index) => ({
      table,
      byIndex: scans > (before[index]?.scans ?? 0),
      whole: whole - (before[index]?.whole ?? 0),
      few: rows - (before[index]?.rows ?? 0) < FEW_ROWS,
    }));
    expect(read).toEqual(read.map(({ table }) => ({ table, byIndex: true, whole: 0, few: true })));
    expect(read).toHaveLength(11);
  });

  test("look once whether a transfer is pending, however many shares they read", async () => {
    const key = newKey();
    const shares = Array.from({ length: 20 }, () => newShare(1));
    const quotas = { ...fixtures.QUOTAS, maxShares: shares.length };
    for (const share of shares) await storeShare(owner.sql, request(key), share, quotas);
    const all = () => retrieveShares(owner.sql, request(key), { shareIds: null, lenient: false });
    // The planner looks into indexes too, until it has settled on a plan.
    for (let count = 0; count < 10; count++) await all();
    const read = await scansOf(owner, "challenge_account", all);
    expect(read.result).toMatchObject({ outcome: "ok", shares: { length: shares.length } });
    expect(read.scans).toBe(1);
  });

  test("forget requests without looking them up by their keys", async () => {
    const over = later(-1);
    for (let count = 0; count < 20; count++) {
      await storeShare(owner.sql, { ...request(newKey()), expiresAt: over }, newShare(), fixtures.QUOTAS);
    }
    const forgotten = await scansOf(owner, "seen_request_pkey", () => prune(owner.sql, NOW));
    expect(forgotten).toMatchObject({ result: { requests: 20 }, scans: 0 });
  });
});

/** How often a connection looks into an index for some work. */
async function scansOf<Result>({ sql }: PostgresDatabase, index: string, work: () => Promise<Result>) {
  const scans = async () => {
    // A connection reports what it has read once a statement is over that asks for it.
    await sql("select pg_stat_force_next_flush()", []);
    const [row] = await sql<{ scans: number }>(
      "select idx_scan::integer as scans from pg_stat_user_indexes where indexrelname = $1",
      [index],
    );
    return row?.scans ?? Number.NaN;
  };
  const before = await scans();
  const result = await work();
  return { result, scans: (await scans()) - before };
}

/** Rows of strangers, and statistics that tell the planner of them. */
async function fillTables({ sql }: PostgresDatabase): Promise<void> {
  const id = (kind: string) => `sha256(convert_to('${kind}' || n, 'UTF8'))`;
  const rows = `from generate_series(1, ${ROWS}) n`;
  const [now, soon] = ["timestamptz '2026-11-22T10:00:00Z'", "timestamptz '2026-11-23T10:00:00Z'"];
  for (const statement of [
    `with opened as (
       insert into store.account (xid, key_id, key_proven, opened_at, share_count, share_bytes)
       select ${id("key")}, ${id("key")}, true, ${now}, 1, 1 ${rows} returning xid
     ) insert into store.account_key (key_id, xid, since) select xid, xid, ${now} from opened`,
    `insert into store.share select ${id("key")}, ${id("share")}, 1, '\\x00', 1, ${now} ${rows}`,
    `insert into store.seen_request select ${id("request")}, ${id("digest")}, 'ok', ${soon} ${rows}`,
    `insert into store.contact (xid, validated, contact_hmac, mailbox_hmac, ciphertext, kind, since)
     select ${id("key")}, true, ${id("contact")}, ${id("contact")}, '\\x00', 'email', ${now} ${rows}`,
    `insert into store.challenge (token_hash, code_hash, xid, purpose, key_id, contact_hmac, mailbox_hmac, network_hmac, request_key, created_at, expires_at)
     select ${id("token")}, ${id("code")}, ${id("key")}, 'transfer', ${id("mover")}, ${id("contact")}, ${id("contact")}, ${id("origin")}, ${id("request")}, ${now}, ${soon} ${rows}`,
    `insert into store.notice (message_id, xid, mailbox_hmac, due_at)
     select gen_random_uuid(), ${id("key")}, ${id("contact")}, ${now} ${rows}`,
    `insert into store.newcomer (network_hmac, came_at) select ${id("origin")}, ${now} ${rows}`,
    `insert into store.message_count (minute, class, count)
     select ${now} - make_interval(mins => 61 + n), 'transfer', 1 ${rows}`,
    `insert into store.outbox (xid, class, topic, contact_hmac, contact_ciphertext, contact_kind, token_hash, created_at, expires_at, next_attempt_at)
     select ${id("key")}, 'transfer', 'transfer', ${id("contact")}, '\\x00', 'email', ${id("token")}, ${now}, ${soon}, ${soon} ${rows}`,
    `insert into store.audit_event (account, event, hour, first_at, last_at, times, logged)
     select left(encode(${id("key")}, 'hex'), 16), 'account-opened', ${now}, ${now}, ${now}, 1, 1 ${rows}`,
    "analyze",
    // What filling has read itself must not be counted later.
    "select pg_stat_force_next_flush()",
  ]) {
    await sql(statement, []);
  }
}
