import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openTestDatabase } from "../../test/kit/service.ts";
import { NOW } from "../../test/store/fixtures.ts";
import type { EmbeddedDatabase } from "./drivers/pglite.ts";
import { readSchema } from "./drivers/schema-files.ts";
import { grantExecution, type Migration, migrate, schemaStatus } from "./migrate.ts";
import { SCHEMA_VERSION, schemaState, whyUnfit } from "./schema.ts";
import type { Sql } from "./sql.ts";

/** Checksums of the migrations that are released. None of them changes any more; new ones are added at the end. */
const RELEASED = [
  "ecaa430302a5e3b70af194a4adac20c51f2f4290523e3358e09838a698cad4c3",
  "fb038a340e0a2828f78258b580813581d29ea6cdb67e387dda36eb9b6406111d",
];

const first: Migration = {
  version: 1,
  name: "first",
  script: "create table store.one (a integer); select 1;",
};
const second: Migration = {
  version: 2,
  name: "second",
  script: "create table store.two (a integer); create table store.three (a store.two);",
};
const third: Migration = { version: 3, name: "third", script: "create table store.four ()" };
const schemaOf = (...migrations: readonly Migration[]) => ({ migrations, functions: [] });

const add = (body: string, parameters = "p_a integer", type = "integer") =>
  `create or replace function store.add(${parameters}) returns ${type} language plpgsql security definer as $$ begin ${body} end $$;`;

let database: EmbeddedDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
beforeEach(() => database.sql("drop schema if exists store cascade", []));
afterAll(() => database.close());

async function versions(): Promise<readonly number[]> {
  const rows = await database.sql<{ version: number }>(
    "select version from store.migration order by version",
    [],
  );
  return rows.map(({ version }) => version);
}

describe("migrations", () => {
  test("are applied in order, once, also by two at the same time", async () => {
    const { sql } = database;
    await migrate(sql, schemaOf(first), NOW);
    expect(await versions()).toEqual([1]);
    const both = schemaOf(first, second);
    await Promise.all([migrate(sql, both, NOW), migrate(sql, both, NOW)]);
    expect(await sql("select version, name, applied_at from store.migration order by version", [])).toEqual([
      { version: 1, name: "first", applied_at: NOW },
      { version: 2, name: "second", applied_at: NOW },
    ]);
    expect(await migrate(sql, both, NOW)).toEqual({ migrations: [], functions: false });
  });

  test("are applied all or none, together with the functions", async () => {
    const { sql } = database;
    await migrate(sql, schemaOf(first), NOW);
    const broken = { ...third, script: "create table store.half (a integer); select 1 / 0;" };
    await expect(migrate(sql, schemaOf(first, second, broken), NOW)).rejects.toMatchObject({
      code: "unavailable",
    });
    expect(await versions()).toEqual([1]);
    const misspelt = { migrations: [first, second], functions: [add("return 1;"), "create funktion"] };
    await expect(migrate(sql, misspelt, NOW)).rejects.toMatchObject({ code: "unavailable" });
    expect(await versions()).toEqual([1]);
    expect(await sql("select proname from pg_proc where pronamespace = 'store'::regnamespace", [])).toEqual(
      [],
    );
  });

  test("that were changed after they were applied are refused", async () => {
    const { sql } = database;
    await migrate(sql, schemaOf(first), NOW);
    const changed = { ...first, script: `${first.script} -- changed` };
    await expect(migrate(sql, schemaOf(changed, second), NOW)).rejects.toMatchObject({ code: "schema" });
    expect(await versions()).toEqual([1]);
  });

  test("of a later program are refused, and everything about them can be told", async () => {
    const { sql } = database;
    await migrate(sql, schemaOf(first, second, third), NOW);
    const changed = { ...first, script: "select 1" };
    expect(await schemaStatus(sql, { migrations: [changed, second], functions: ["select 1"] })).toEqual({
      layout: "one-node",
      migrations: [
        { state: "differs", version: 1, name: "first" },
        { state: "applied", version: 2, name: "second" },
        { state: "unknown", version: 3, name: "" },
      ],
      functions: "differs",
    });
    await expect(migrate(sql, schemaOf(first, second), NOW)).rejects.toMatchObject({
      code: "schema",
      message: "the database is at schema version 3, this program knows 2; run a later one",
    });
  });

  test("with a gap or an ill name are refused before anything is applied", async () => {
    const { sql } = database;
    const refused = { code: "schema" };
    await expect(migrate(sql, schemaOf(first, third), NOW)).rejects.toMatchObject(refused);
    await expect(migrate(sql, schemaOf({ ...first, name: "it's" }), NOW)).rejects.toMatchObject(refused);
    expect(await sql("select 1 from pg_namespace where nspname = 'store'", [])).toEqual([]);
  });

  test("of this program are as many as it knows, and the released ones are what they were", async () => {
    const { migrations } = await readSchema();
    expect(migrations.map(({ version }) => version)).toEqual(
      Array.from({ length: SCHEMA_VERSION }, (_, index) => index + 1),
    );
    await migrate(database.sql, schemaOf(...migrations), NOW);
    const applied = await database.sql<{ checksum: string }>(
      "select checksum from store.migration order by version",
      [],
    );
    expect(applied.map(({ checksum }) => checksum).slice(0, RELEASED.length)).toEqual(RELEASED);
  });
});

describe("functions", () => {
  test("are replaced as a whole: what is gone goes, and what stays is still the same function", async () => {
    const { sql } = database;
    const old = "create or replace function store.old() returns void language plpgsql as $$ begin end $$;";
    await migrate(sql, { migrations: [first], functions: [add("return p_a + 1;"), old] }, NOW);
    const inCatalogue = () =>
      sql("select proname, oid from pg_proc where pronamespace = 'store'::regnamespace order by proname", []);
    const [before] = await inCatalogue();
    expect(await migrate(sql, { migrations: [first], functions: [add("return p_a + 2;")] }, NOW)).toEqual({
      migrations: [],
      functions: true,
    });
    expect(await sql("select store.add(p_a => 1) as sum", [])).toEqual([{ sum: 3 }]);
    expect(await inCatalogue()).toEqual([before]);
  });

  test("may get other parameters and other columns", async () => {
    const { sql } = database;
    for (const [text, called] of [
      [add("return p_a;"), "p_a => 1"],
      [add("return p_b;", "p_b integer", "integer"), "p_b => 1"],
      [add("return p_b;", "p_b integer", "bigint"), "p_b => 1"],
      [add("return p_b;", "p_b integer, p_c text default ''", "bigint"), "p_b => 1"],
    ] as const) {
      await migrate(sql, { migrations: [first], functions: [text] }, NOW);
      expect(await sql(`select store.add(${called})::integer as sum`, [])).toEqual([{ sum: 1 }]);
      expect(await sql("select 1 from pg_proc where pronamespace = 'store'::regnamespace", [])).toHaveLength(
        1,
      );
    }
  });

  test("stay open to the roles that could call them, new ones too, and closed to everybody else", async () => {
    const { sql } = database;
    await sql('create role "a role"', []);
    const schema = await readSchema();
    await migrate(sql, schema, NOW);
    await grantExecution(sql, "a role");
    const rights = (role: string) =>
      sql<{ name: string }>(
        `select proname::text as name from pg_proc where pronamespace = 'store'::regnamespace
         and has_function_privilege($1, oid, 'execute') order by proname`,
        [role],
      );
    const before = await rights("a role");
    expect(before).toContainEqual({ name: "store_share" });
    await migrate(sql, { ...schema, functions: [...schema.functions, add("return 1;")] }, NOW);
    expect(await rights("a role")).toEqual([{ name: "add" }, ...before]);
    expect(await rights("public")).toEqual([]);
  });
});

describe("a database that is spread over several nodes", () => {
  const spread = (isDone: boolean) =>
    database.sql("insert into store.distribution (is_done, roles) values ($1, '{}')", [isDone]);

  test("is told by a row, and has the functions for several nodes from the next program on", async () => {
    const { sql } = database;
    const schema = await readSchema();
    await migrate(sql, schema, NOW);
    expect((await schemaStatus(sql, schema)).layout).toBe("one-node");
    await spread(true);
    expect((await schemaStatus(sql, schema)).layout).toBe("distributed");
    const functions = [add("return 1;")];
    await migrate(sql, { ...schema, functions, distributed: [add("return 2;")] }, NOW);
    expect(await sql("select store.add(p_a => 1) as sum", [])).toEqual([{ sum: 2 }]);
  });

  test("by half is left alone, and so is one that became it while somebody migrated", async () => {
    const { sql } = database;
    const schema = await readSchema();
    await migrate(sql, schema, NOW);
    const later = { ...schema, functions: [add("return 1;")] };
    // It is still on one node when the program looks, and no more when it acts.
    const meanwhile: Sql = async (text, params) => {
      if (text.startsWith("do ")) await spread(false);
      return sql(text, params);
    };
    await expect(migrate(meanwhile, later, NOW)).rejects.toMatchObject({
      cause: { message: expect.stringContaining("the database was distributed meanwhile") },
    });
    await expect(migrate(sql, later, NOW)).rejects.toMatchObject({
      code: "schema",
      message: "the database is distributed by half; `share-server migrate --distribute` finishes it",
    });
  });

  test("is newer than every program that knows one node only", async () => {
    const { sql } = database;
    const schema = await readSchema();
    await migrate(sql, schema, NOW);
    await spread(true);
    const before = { ...schema, migrations: schema.migrations.slice(0, 7) };
    await expect(migrate(sql, before, NOW)).rejects.toMatchObject({
      code: "schema",
      message: expect.stringMatching(
        /^the database is at schema version \d+, this program knows 7; run a later one$/,
      ),
    });
  });
});

describe("a database that was migrated for another release", () => {
  const later = async () => {
    const { migrations, functions } = await readSchema();
    return {
      migrations: [...migrations, { version: SCHEMA_VERSION + 1, name: "later", script: "select 1" }],
      functions: [...functions, add("return 1;")],
    };
  };
  const reason = async () => whyUnfit(await schemaState(database.sql));

  test("does not fit before it is migrated, and fits the release before afterwards", async () => {
    const { sql } = database;
    expect(await reason()).toMatch(/^the database is not migrated; run `share-server migrate`/);
    await migrate(sql, await readSchema(), NOW);
    expect(await reason()).toBeUndefined();
    await migrate(sql, await later(), NOW);
    expect(await schemaState(sql)).toMatchObject({ version: SCHEMA_VERSION + 1, functions: "replaced" });
    expect(await reason()).toBeUndefined();
  });

  test("does not fit a program whose functions it never had, or does not serve any more", async () => {
    const { sql } = database;
    const { migrations, functions } = await readSchema();
    await migrate(sql, { migrations, functions: [...functions, add("return 1;")] }, NOW);
    expect(await reason()).toBe(
      "the database has another program's functions; run `share-server migrate` of the later one",
    );
    await migrate(sql, await readSchema(), NOW);
    await migrate(sql, await later(), NOW);
    await sql("delete from store.function_set where not is_current", []);
    expect(await reason()).toMatch(/^the database is at schema version \d+, .*run a later one$/);
  });
});
