import { createServer } from "node:net";
import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { whyNoPostgres } from "../../../test/kit/postgres/cluster.ts";
import {
  createEmptyDatabase,
  createTestDatabase,
  type TestDatabase,
} from "../../../test/kit/postgres/database.ts";
import { describeStore } from "../../../test/store/behaviour.ts";
import {
  hex,
  NOW,
  newKey,
  newShare,
  openAccount,
  QUOTAS,
  random,
  request,
} from "../../../test/store/fixtures.ts";
import { deleteAccount } from "../delete-account.ts";
import { withFitCheck } from "../fit-check.ts";
import { gathered } from "../gather.ts";
import { grantExecution, migrate } from "../migrate.ts";
import { SCHEMA_VERSION } from "../schema.ts";
import { StoreError } from "../sql.ts";
import { storeShare } from "../store-share.ts";
import { keyId } from "../types.ts";
import { connectPostgres, type PostgresDatabase } from "./postgres.ts";
import { readSchema } from "./schema-files.ts";

const skipped = whyNoPostgres();
const reason = skipped ? ` (${skipped})` : "";

describe.skipIf(skipped)(`the store on Postgres, as the server's role${reason}`, () => {
  let database: TestDatabase;
  let server: PostgresDatabase;
  let owner: PostgresDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
    server = database.connect("share_server", 16);
    owner = database.connect("share_owner");
  });
  afterAll(() => Promise.all([server.close(), owner.close()]));

  describeStore(
    () => server.sql,
    () => owner.sql,
  );

  test("two servers that gather calls to the same accounts never wait for each other in a circle", async () => {
    const others = database.connect("share_server", 16);
    onTestFinished(() => others.close());
    const keys = await Promise.all(
      Array.from({ length: 24 }, async () => (await openAccount(server.sql)).key),
    );
    const deadlocks = async () => {
      const [row] = await owner.sql<{ count: string }>(
        "select deadlocks::text as count from pg_stat_database where datname = current_database()",
        [],
      );
      return row?.count;
    };
    const before = await deadlocks();
    const stores = [gathered(server.sql, 2), gathered(others.sql, 2)].flatMap((sql) =>
      Array.from({ length: 400 }, async (_, index) => {
        const key = keys[(index * 7 + index ** 2) % keys.length] ?? random();
        return (await storeShare(sql, request(keyId(key)), newShare(10), LARGE_QUOTAS)).outcome;
      }),
    );
    expect(new Set(await Promise.all(stores))).toEqual(new Set(["ok"]));
    expect(await deadlocks()).toBe(before);
  });

  test("many at once who store in one account never wait for each other in a circle, new, full or deleted", async () => {
    const outcomes = new Set<string>();
    for (let round = 0; round < 30; round++) {
      const { key } = round % 3 === 0 ? { key: newKey() } : await openAccount(server.sql);
      const calls = Array.from({ length: 16 }, () =>
        storeShare(server.sql, request(key), newShare(), QUOTAS),
      );
      const deletions = round % 2 === 0 ? [] : [deleteAccount(server.sql, request(key))];
      for (const { outcome } of await Promise.all([...calls, ...deletions])) outcomes.add(outcome);
    }
    expect(outcomes).toEqual(new Set(["ok", "too-many-shares"]));
  });
});

const LARGE_QUOTAS = { maxShareBytes: 100, maxShares: 1_000, maxAccountBytes: 100_000 };

describe.skipIf(skipped)(`the Postgres driver${reason}`, () => {
  let database: TestDatabase;
  let owner: PostgresDatabase;
  beforeAll(async () => {
    database = await createEmptyDatabase();
    owner = database.connect("share_owner");
  });
  afterAll(() => owner.close());

  const failureOf = async (call: Promise<unknown>): Promise<StoreError> => {
    const error = await call.then(
      () => undefined,
      (cause: unknown) => cause,
    );
    if (!(error instanceof StoreError)) throw new Error(`no StoreError: ${error}`);
    return error;
  };

  test("gives values as the store expects them", async () => {
    const bytes = random(40);
    const [row] = await owner.sql<{ bytes: Uint8Array }>(
      "select $1::bytea as bytes, $2::timestamptz as time, $3::integer as number, $4::bytea as nothing, $5::boolean as yes",
      [bytes, NOW, -7, null, true],
    );
    expect(row).toEqual({ bytes, time: NOW, number: -7, nothing: null, yes: true });
    expect(Object.getPrototypeOf(row?.bytes)).toBe(Uint8Array.prototype);
    const [empty] = await owner.sql<{ bytes: Uint8Array }>("select ''::bytea as bytes", []);
    expect(empty?.bytes).toEqual(new Uint8Array());
  });

  test("prepares each text once per connection", async () => {
    const one = database.connect("share_owner", 1);
    for (const number of [1, 2, 3]) await one.sql("select $1::integer + 1 as prepared", [number]);
    const prepared = "select 1 from pg_prepared_statements where statement like '%as prepared%'";
    expect(await one.sql(`${prepared} and statement not like '%pg_prepared%'`, [])).toHaveLength(1);
    await one.close();
  });

  test.each([
    ["a statement that is broken", "select nothing", "the database failed (42703)"],
    ["a constraint that is", "do $$ begin raise unique_violation; end $$", "the database failed (23505)"],
    [
      "a connection that is cut",
      "select pg_terminate_backend(pg_backend_pid())",
      "the database is shutting down",
    ],
  ])("tells of %s, and works on", async (_, text, message) => {
    expect(await failureOf(owner.sql(text, []))).toMatchObject({ code: "unavailable", message });
    expect(await owner.sql("select 1 as one", [])).toEqual([{ one: 1 }]);
  });

  test("never repeats what a row holds", async () => {
    const secret = random(32);
    await owner.sql("create table keep (value bytea primary key)", []);
    await owner.sql("insert into keep values ($1)", [secret]);
    const { cause } = await failureOf(owner.sql("insert into keep values ($1)", [secret]));
    expect(inspect(cause)).toContain("duplicate key");
    expect(inspect(cause)).not.toContain(hex(secret));
  });

  test("gives up a statement that takes too long, wherever it hangs", async () => {
    const hasty = connectPostgres(database.url("share_owner"), { connections: 1, statementTimeout: 100 });
    const failure = await failureOf(hasty.sql("select pg_sleep(60)", []));
    expect(failure).toMatchObject({ code: "unavailable", message: "the database took too long" });
    await hasty.close();
    expect(await failureOf(hasty.sql("select 1", []))).toMatchObject({ code: "unavailable" });
  });

  test("gives up a host that takes the connection and says nothing", async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const address = silent.address();
    const port = address !== null && typeof address === "object" ? address.port : 0;
    const { sql, close } = connectPostgres(`postgres://user:secret@127.0.0.1:${port}/db`, {
      connections: 1,
      connectionTimeout: 100,
    });
    const failure = await failureOf(sql("select 1", []));
    expect(failure).toMatchObject({ code: "unavailable", message: "the database took too long" });
    await close();
    silent.close();
  });

  test.each([
    [
      "a wrong password",
      (url: string) => url.replace(/:[^:@/]+@/, ":secret@"),
      "refuses the user or the password",
    ],
    [
      "a port where nobody listens",
      (url: string) => url.replace(/:\d+\//, ":1/"),
      "nobody listens at its address",
    ],
    [
      "a host that is not there",
      (url: string) => url.replace("127.0.0.1", "db.invalid"),
      "its host has no address",
    ],
    ["a database that is not there", (url: string) => `${url}_other`, "no database of that name"],
  ])("says what is wrong with %s, without the URL", async (_, wrong, message) => {
    const url = wrong(database.url("share_owner"));
    const { sql, close } = connectPostgres(url, { connections: 1 });
    const failure = await failureOf(sql("select 1", []));
    expect(failure).toMatchObject({ code: "unavailable", message: expect.stringContaining(message) });
    expect(`${failure.message}${inspect(failure.cause)}`).not.toMatch(/secret|postgres:\/\/|db\.invalid/);
    await close();
  });

  test("refuses a URL that a password makes another one of", () => {
    const wrong = "postgres://share_server:top@secr/et@127.0.0.1:54399/x";
    expect(() => connectPostgres(wrong, { connections: 1 })).toThrow(/^the database URL is wrong: it takes/);
  });

  test("is asked nothing before its schema and its storage key fit", async () => {
    const { connect } = await createEmptyDatabase();
    const [role, operator] = [connect("share_server", 2), connect("share_owner", 1)];
    const [key, other] = [random(32), random(32)];
    const checked = withFitCheck(role.sql, key);
    const ask = (sql = checked) => sql("select 1 as fits", []);
    const schema = await readSchema();

    const untouched = `the database is not migrated; run \`share-server migrate\`, which brings it to ${SCHEMA_VERSION}`;
    expect(await failureOf(ask())).toMatchObject({ code: "schema", message: untouched });
    await migrate(operator.sql, schema, NOW);
    expect(await failureOf(ask())).toMatchObject({ message: expect.stringContaining("--grant") });
    await grantExecution(operator.sql, "share_server");
    expect(await Promise.all([ask(), ask()])).toEqual([[{ fits: 1 }], [{ fits: 1 }]]);

    expect(await failureOf(ask(withFitCheck(role.sql, other)))).toMatchObject({ code: "storage-key" });
    expect(await ask(withFitCheck(role.sql, key))).toEqual([{ fits: 1 }]);
    const others = { migrations: schema.migrations, functions: [...schema.functions, "select 1"] };
    await migrate(operator.sql, others, NOW);
    expect(await ask(withFitCheck(role.sql, key))).toEqual([{ fits: 1 }]);
    await operator.sql("delete from store.function_set where not is_current", []);
    expect(await failureOf(ask(withFitCheck(role.sql, key)))).toMatchObject({
      code: "schema",
      message: /another program's functions/,
    });
    await Promise.all([role.close(), operator.close()]);
  });

  test("serves on while its functions are replaced", async () => {
    const { connect } = await createTestDatabase();
    const [role, operator] = [connect("share_server", 4), connect("share_owner", 1)];
    const schema = await readSchema();
    let isReplacing = true;
    const storing = Array.from({ length: 4 }, async () => {
      let count = 0;
      for (; isReplacing || count < 10; count++) await openAccount(role.sql);
      return count;
    });
    for (let round = 0; round < 10; round++) {
      await migrate(operator.sql, { ...schema, functions: [...schema.functions, `select ${round}`] }, NOW);
    }
    isReplacing = false;
    for (const count of await Promise.all(storing)) expect(count).toBeGreaterThanOrEqual(10);
    await Promise.all([role.close(), operator.close()]);
  });
});
