import { setImmediate } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openTestDatabase } from "../../test/kit/service.ts";
import {
  hex,
  newKey,
  newShare,
  openAccount,
  QUOTAS,
  random,
  request,
  xidOf,
} from "../../test/store/fixtures.ts";
import { deleteShares } from "./delete-shares.ts";
import type { EmbeddedDatabase } from "./drivers/pglite.ts";
import { gathered } from "./gather.ts";
import { retrieveShares } from "./retrieve-shares.ts";
import { type Sql, type SqlValue, StoreError } from "./sql.ts";
import { type NewShare, storeShare } from "./store-share.ts";
import { accountXid, type KeyId, keyId, type RequestIdentity } from "./types.ts";

let database: EmbeddedDatabase;
let statements: { text: string; done: boolean }[];
let sql: Sql;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(() => {
  statements = [];
  sql = gathered(observed(database.sql), 1);
});

/** The same, with every statement written down. */
function observed(inner: Sql): Sql {
  return async <Row>(text: string, params: readonly SqlValue[]) => {
    const statement = { text, done: false };
    statements.push(statement);
    const rows = await inner<Row>(text, params);
    statement.done = true;
    return rows;
  };
}

function store(key: KeyId, share: NewShare = newShare(), by: RequestIdentity = request(key)) {
  return storeShare(sql, by, share, QUOTAS);
}

async function sharesOf(key: KeyId): Promise<string[]> {
  const result = await retrieveShares(database.sql, request(key), { shareIds: null, lenient: false });
  return result.outcome === "ok" ? result.shares.map(({ data }) => hex(data)) : [];
}

test("calls that come while one is under way share the next statement, and each has its own outcome", async () => {
  const keys = Array.from({ length: 12 }, newKey);
  const shares = keys.map(() => newShare());
  const outcomes = await Promise.all(keys.map((key, index) => store(key, shares[index])));

  expect(statements).toHaveLength(2);
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(keys.map(() => "ok"));
  for (const [index, key] of keys.entries()) {
    expect(outcomes[index]).toMatchObject({ account: xidOf(key) });
    expect(await sharesOf(key)).toEqual([hex(shares[index]?.data ?? random())]);
  }
});

test("no statement holds more than sixteen calls", async () => {
  await Promise.all(Array.from({ length: 40 }, () => store(newKey())));
  expect(statements.map(({ text }) => text.split(" union all ").length)).toEqual([1, 16, 16, 7]);
});

test("a call that comes alone goes at once, and as it is", async () => {
  const stored = store(newKey());
  expect(statements.map(({ text }) => text)).toEqual([expect.not.stringContaining("as call")]);
  expect(await stored).toMatchObject({ outcome: "ok" });
});

test("where calls wait for the end of the turn, those of one turn share the first statement", async () => {
  sql = gathered(observed(database.sql), 1, { endOfTurn: setImmediate });
  const outcomes = Promise.all([store(newKey()), store(newKey()), store(newKey())]);
  expect(statements).toHaveLength(0);
  expect((await outcomes).map(({ outcome }) => outcome)).toEqual(["ok", "ok", "ok"]);
  expect(statements.map(({ text }) => text.split(" union all ").length)).toEqual([3]);
});

test("where calls leave in halves, half of those of one turn share the first statement, and the others the next", async () => {
  sql = gathered(observed(database.sql), 1, { endOfTurn: setImmediate, inHalves: true });
  const outcomes = await Promise.all(Array.from({ length: 7 }, () => store(newKey())));
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(Array(7).fill("ok"));
  expect(statements.map(({ text }) => text.split(" union all ").length)).toEqual([4, 3]);
});

test("no call is answered before its statement has been", async () => {
  const answered = await Promise.all(
    Array.from({ length: 20 }, async () => {
      await store(newKey());
      return statements.map(({ done }) => done);
    }),
  );
  expect(answered[0]?.[0]).toBe(true);
  for (const done of answered.slice(1, 17)) expect(done.slice(0, 2)).toEqual([true, true]);
  for (const done of answered.slice(17)) expect(done).toEqual([true, true, true]);
});

test("each queue has one statement under way, and every key belongs to one of the queues", async () => {
  const { promise: beginning, resolve: begin } = Promise.withResolvers<void>();
  const late: Sql = async (text, params) => {
    await beginning;
    return database.sql(text, params);
  };
  sql = gathered(observed(late), 2);
  const keys = [2, 3, 4, 5, 6].map(keyBeginningWith);
  const outcomes = keys.map((key) => store(key));
  expect(statements).toHaveLength(2);

  begin();
  expect((await Promise.all(outcomes)).map(({ outcome }) => outcome)).toEqual(Array(5).fill("ok"));
  const calls = statements.map(({ text }) => text.split(" union all ").length);
  expect(calls.toSorted()).toEqual([1, 1, 1, 2]);
  for (const key of keys) expect(await sharesOf(key)).toHaveLength(1);
});

function keyBeginningWith(byte: number): KeyId {
  const key = newKey();
  key[0] = byte;
  return key;
}

test("a refusal touches none of the calls beside it", async () => {
  const { key: owner } = await openAccount(database.sql);
  const stranger = newKey();
  const [, tooLarge, foreign, kept] = await Promise.all([
    store(newKey()),
    store(newKey(), newShare(QUOTAS.maxShareBytes + 1)),
    store(owner, newShare(), request(owner, { senderXid: accountXid(random()) })),
    store(stranger),
  ]);
  expect(statements).toHaveLength(2);
  expect([tooLarge?.outcome, foreign?.outcome, kept?.outcome]).toEqual([
    "share-too-large",
    "not-account-key",
    "ok",
  ]);
  expect(await sharesOf(stranger)).toHaveLength(1);
  expect(await sharesOf(owner)).toHaveLength(1);
});

test("a statement has one call of a key, and the keys are in order", async () => {
  const keys = [9, 3, 7].map((first) => keyId(Uint8Array.of(first, ...random(31))));
  const [high, low, middle] = keys as [KeyId, KeyId, KeyId];
  const share = newShare();
  const once = request(high);
  const places: (readonly SqlValue[])[] = [];
  sql = gathered((text, params) => {
    places.push(params.filter((value) => keys.includes(value as KeyId)));
    return database.sql(text, params);
  }, 1);
  const outcomes = await Promise.all([
    store(newKey()),
    store(high, share, once),
    store(high, share, once),
    store(low),
    store(middle),
    store(low),
  ]);
  // A key stands for itself and for its sender.
  const asSender = (key: KeyId) => [key, key];
  expect(places).toEqual([[], [low, middle, high].flatMap(asSender), [low, high].flatMap(asSender)]);
  expect(new Set(outcomes.map(({ outcome }) => outcome))).toEqual(new Set(["ok"]));
  expect([await sharesOf(high), await sharesOf(low)].map(({ length }) => length)).toEqual([1, 2]);
});

test("several rows of several calls go back to those who asked for them", async () => {
  const owners = await Promise.all(Array.from({ length: 3 }, () => openAccount(database.sql)));
  for (const { key } of owners) await storeShare(database.sql, request(key), newShare(), QUOTAS);
  const results = await Promise.all(
    owners.map(({ key }) => retrieveShares(sql, request(key), { shareIds: null, lenient: false })),
  );
  for (const [index, { key }] of owners.entries()) {
    const result = results[index];
    if (result?.outcome !== "ok") throw new Error("not read");
    expect(result.shares.map(({ data }) => hex(data))).toEqual(await sharesOf(key));
    expect(result.shares).toHaveLength(2);
  }
});

test("when their statement fails, each call goes by itself", async () => {
  sql = gathered(
    observed((text, params) => {
      if (text.includes("as call")) throw new StoreError("unavailable", "a deadlock");
      return database.sql(text, params);
    }),
    1,
  );
  const keys = Array.from({ length: 5 }, newKey);
  const outcomes = await Promise.all(keys.map((key) => store(key)));
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(keys.map(() => "ok"));
  expect(statements).toHaveLength(1 + 1 + 4);
});

test("when their statement was carried out and only its answer lost, each has its first outcome", async () => {
  sql = gathered(async <Row>(text: string, params: readonly SqlValue[]) => {
    const rows = await database.sql<Row>(text, params);
    if (text.includes("as call")) throw new StoreError("unavailable", "the connection broke");
    return rows;
  }, 1);
  const { key, share } = await openAccount(database.sql);
  const fresh = newKey();
  const [, stored, deleted] = await Promise.all([
    store(newKey()),
    store(fresh),
    deleteShares(sql, request(key), [share.shareId]),
    store(newKey()),
  ]);
  expect([stored?.outcome, deleted?.outcome]).toEqual(["ok", "ok"]);
  expect(await sharesOf(fresh)).toHaveLength(1);
  expect(await sharesOf(key)).toEqual([]);
});

test("a call that fails by itself fails alone", async () => {
  const unlucky = newKey();
  sql = gathered((text, params) => {
    if (params.includes(unlucky)) throw new StoreError("unavailable", "the database took too long");
    return database.sql(text, params);
  }, 1);
  const results = await Promise.allSettled([
    store(newKey()),
    store(newKey()),
    store(unlucky),
    store(newKey()),
  ]);
  expect(results.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected", "fulfilled"]);
});
