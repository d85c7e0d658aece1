/** The server's role can do what a server does, and nothing else: also for somebody who has its password. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PostgresDatabase } from "../../src/store/drivers/postgres.ts";
import { FUNCTIONS } from "../../src/store/functions.ts";
import { grantExecution } from "../../src/store/migrate.ts";
import { whyNoPostgres } from "../kit/postgres/cluster.ts";
import { createTestDatabase } from "../kit/postgres/database.ts";

const skipped = whyNoPostgres();

describe.skipIf(skipped)(`the role share_server${skipped ? ` (${skipped})` : ""}`, () => {
  let server: PostgresDatabase;
  let owner: PostgresDatabase;
  beforeAll(async () => {
    const database = await createTestDatabase();
    server = database.connect("share_server");
    owner = database.connect("share_owner");
  });
  afterAll(() => Promise.all([server.close(), owner.close()]));

  const refused = { code: "unavailable", cause: { message: expect.stringContaining("permission denied") } };

  test("reads and writes no table", async () => {
    const tables = await owner.sql<{ name: string }>(
      "select relname::text as name from pg_class where relnamespace = 'store'::regnamespace and relkind = 'r'",
      [],
    );
    expect(tables.length).toBeGreaterThan(7);
    for (const { name } of tables) {
      await expect(server.sql(`select from store.${name}`, [])).rejects.toMatchObject(refused);
      await expect(server.sql(`delete from store.${name}`, [])).rejects.toMatchObject(refused);
      await expect(server.sql(`insert into store.${name} default values`, [])).rejects.toMatchObject(refused);
    }
  });

  test("may call the store's public functions, and none of those that they are made of", async () => {
    const functions = (granted: boolean) =>
      owner.sql<{ name: string }>(
        `select proname::text as name from pg_proc where pronamespace = 'store'::regnamespace
         and has_function_privilege('share_server', oid, 'execute') = $1 order by proname`,
        [granted],
      );
    expect((await functions(true)).map(({ name }) => name)).toEqual(Object.keys(FUNCTIONS).sort());
    const inner = await functions(false);
    expect(inner.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["change_key", "identify", "finish_due_transfers"]),
    );
    for (const call of [
      "finish_due_transfers(array[]::bytea[], now())",
      "open_account('\\x00', now())",
      "grant_execution('share_server')",
    ]) {
      await expect(server.sql(`select store.${call}`, [])).rejects.toMatchObject(refused);
    }
  });

  test("makes nothing, and nobody else gets in", async () => {
    await expect(server.sql("create table store.mine ()", [])).rejects.toMatchObject(refused);
    await expect(server.sql("create table public.mine ()", [])).rejects.toMatchObject(refused);
    const [rights] = await owner.sql(
      `select has_schema_privilege('public', 'store', 'usage') as enter,
         count(*) filter (where has_function_privilege('public', oid, 'execute'))::integer as functions
       from pg_proc where pronamespace = 'store'::regnamespace`,
      [],
    );
    expect(rights).toEqual({ enter: false, functions: 0 });
  });

  test("can't make a public function do its work with other tables than the store's", async () => {
    const [wild] = await owner.sql<{ count: number }>(
      `select count(*)::integer as count from pg_proc where pronamespace = 'store'::regnamespace and prosecdef
       and not coalesce(array_to_string(proconfig, ',') ~ '^search_path=store, ?pg_temp$', false)`,
      [],
    );
    expect(wild).toEqual({ count: 0 });
  });

  test("is granted its rights by several at once", async () => {
    const granting = Array.from({ length: 16 }, () => grantExecution(owner.sql, "share_server"));
    await expect(Promise.all(granting)).resolves.toHaveLength(16);
  });
});
