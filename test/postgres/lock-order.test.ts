/**
 * Nobody waits for a lock out of the order that requests.sql states, also where things change while a call waits: then it may find
 * what comes earlier in the order. test/postgres/deadlocks.test.ts finds such a thing once in a great many calls.
 */
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { confirmByToken } from "../../src/store/challenge-by-token.ts";
import type { PostgresDatabase } from "../../src/store/drivers/postgres.ts";
import { fallbackTransfer } from "../../src/store/fallback-transfer.ts";
import type { Sql } from "../../src/store/sql.ts";
import { storeShare } from "../../src/store/store-share.ts";
import type { KeyId } from "../../src/store/types.ts";
import { updateFallback } from "../../src/store/update-fallback.ts";
import { updatePublicKey } from "../../src/store/update-public-key.ts";
import { verifyFallback } from "../../src/store/verify-fallback.ts";
import { whyNoPostgres } from "../kit/postgres/cluster.ts";
import { createTestDatabase, type TestDatabase } from "../kit/postgres/database.ts";
import {
  CHALLENGE_LIMITS,
  hex,
  NOW,
  newChallenge,
  newContact,
  newKey,
  newShare,
  openAccount,
  QUOTAS,
  request,
  store,
  VERIFY_LIMITS,
  validateContact,
  xidOf,
} from "../store/fixtures.ts";

const skipped = whyNoPostgres();

describe.skipIf(skipped)(`on Postgres${skipped ? ` (${skipped})` : ""}`, () => {
  let database: TestDatabase;
  let pool: PostgresDatabase;
  let sql: Sql;
  beforeAll(async () => {
    database = await createTestDatabase();
    pool = database.connect("share_owner");
    sql = pool.sql;
  });
  afterAll(() => pool.close());

  /** A transaction that is open until it is ended. */
  async function begin() {
    const { sql, close } = database.connect("share_owner", 1);
    onTestFinished(close);
    await sql("begin", []);
    return { sql, end: (how: "commit" | "rollback") => sql(how, []) };
  }

  /** Resolves when a call waits for a lock. */
  async function someCallWaits() {
    const waiting =
      "select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()";
    while ((await sql(waiting, [])).length === 0);
  }

  test("an account that gets another key while it is waited for is not locked", async () => {
    const { key, xid } = await openAccount(sql);
    const [changing, waiting] = [await begin(), await begin()];
    await updatePublicKey(changing.sql, request(key), newKey());
    await waiting.sql("set local search_path = store", []);
    const identified = waiting.sql(
      "select refusal from store.identify(p_key_id => $1, p_sender_xid => $1, p_now => $2, p_lock => true)",
      [key, NOW],
    );
    await someCallWaits();
    await changing.end("commit");
    expect(await identified).toEqual([{ refusal: "invalid-sender-key" }]);
    expect(await sql("select 1 from store.account where xid = $1 for update nowait", [xid])).toHaveLength(1);
    await waiting.end("rollback");
  });

  test("a key that is just being taken from an account is not waited for", async () => {
    const [{ key: retired }, { key }] = [await openAccount(sql), await openAccount(sql)];
    await updatePublicKey(sql, request(retired), newKey());
    const deleting = await begin();
    await deleting.sql("delete from store.account_key where key_id = $1", [retired]);
    expect(await updatePublicKey(sql, request(key), retired)).toMatchObject({ outcome: "key-in-use" });
    await deleting.end("rollback");
  });

  test("a wrong code does not wait for a challenge that was asked since, and counts for nothing there", async () => {
    const [lower, key] = twoKeys();
    await store(sql, lower);
    const [earlier, later] = [await validateContact(sql, lower), newContact()];
    const { key: other, xid } = await openAccount(sql);
    await validateContact(sql, other, later);
    await fallbackTransfer(sql, request(key), earlier, newChallenge(), CHALLENGE_LIMITS);
    const first = await begin();
    await first.sql("select 1 from store.account where xid = $1 for update", [lower]);
    const verified = verifyFallback(sql, request(key), newChallenge().codeHash, VERIFY_LIMITS);
    await someCallWaits();
    await fallbackTransfer(sql, request(key), later, newChallenge(), CHALLENGE_LIMITS);
    const second = await begin();
    await second.sql("select 1 from store.challenge where xid = $1 and state = 'open' for update", [xid]);
    await first.end("rollback");
    expect(await verified).toMatchObject({ outcome: "challenge-void" });
    await second.end("rollback");
    expect(await sql("select tries from store.challenge where xid = $1 and state = 'open'", [xid])).toEqual([
      { tries: 0 },
    ]);
  });

  test("a transfer whose contact came to an account before its key takes its request back, and begins anew", async () => {
    const [lower, key] = twoKeys();
    await store(sql, lower);
    const [contact, challenge] = [newContact(), newChallenge()];
    await updateFallback(sql, request(lower), { contact, challenge }, CHALLENGE_LIMITS);
    const asked = request(key);
    // Somebody has its ID, so that it has looked for the contact, and waits.
    const first = await begin();
    await first.sql(
      `insert into store.seen_request (request_key, digest, outcome, expires_at) values ($1, $2, 'ok', $3)`,
      [asked.requestKey, asked.requestDigest, asked.expiresAt],
    );
    const transferred = fallbackTransfer(sql, asked, contact, newChallenge(), CHALLENGE_LIMITS);
    await someCallWaits();
    expect(await confirmByToken(sql, challenge.tokenHash, NOW, 0)).toMatchObject({ outcome: "ok" });
    const second = await begin();
    await second.sql("select 1 from store.account where xid = $1 for update", [xidOf(lower)]);
    await first.end("rollback");
    await someCallWaits();
    // It waits for the account, and not with its request: another may have it.
    const other = { ...request(key), requestKey: asked.requestKey };
    expect(await storeShare(sql, other, newShare(), QUOTAS)).toMatchObject({ outcome: "ok" });
    await second.end("rollback");
    expect(await transferred).toMatchObject({ outcome: "id-reused" });
  });
});

/** Two new keys, in the order of locks. */
function twoKeys(): readonly [KeyId, KeyId] {
  const [one, other] = [newKey(), newKey()];
  return hex(one) < hex(other) ? [one, other] : [other, one];
}
