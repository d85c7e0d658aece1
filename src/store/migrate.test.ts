import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { NOW } from "../../test/store/fixtures.ts";
import { readMigrations } from "./drivers/migration-files.ts";
import { type EmbeddedDatabase, openPgliteInMemory } from "./drivers/pglite.ts";
import { type Migration, migrate, migrationStatus, SCHEMA_VERSION, schemaVersion } from "./migrate.ts";

const first: Migration = {
  version: 1,
  name: "first",
  script: "create table store.one (a integer); select 1;",
};
const second: Migration = {
  version: 2,
  name: "second",
  script: "create function store.two() returns integer language plpgsql as $$ begin return 2; end $$;",
};

let database: EmbeddedDatabase;
beforeAll(async () => {
  database = await openPgliteInMemory();
});
beforeEach(() => database.sql("drop schema if exists store cascade", []));
afterAll(() => database.close());

test("migrations are applied in order, once, also by two at the same time", async () => {
  const { sql } = database;
  expect(await schemaVersion(sql)).toBe(0);
  await migrate(sql, [first], NOW);
  expect(await schemaVersion(sql)).toBe(1);
  await Promise.all([migrate(sql, [first, second], NOW), migrate(sql, [first, second], NOW)]);
  expect(await schemaVersion(sql)).toBe(2);
  expect(await sql("select store.two() as two", [])).toEqual([{ two: 2 }]);
  expect(await sql("select version, name, applied_at from store.migration order by version", [])).toEqual([
    { version: 1, name: "first", applied_at: NOW },
    { version: 2, name: "second", applied_at: NOW },
  ]);
});

test("a migration that fails leaves nothing of itself behind", async () => {
  const { sql } = database;
  const broken = { ...second, script: "create table store.half (a integer); select 1 / 0;" };
  await expect(migrate(sql, [first, broken], NOW)).rejects.toMatchObject({ code: "unavailable" });
  expect(await schemaVersion(sql)).toBe(1);
  await migrate(sql, [first, { ...broken, script: "create table store.half (a integer);" }], NOW);
  expect(await schemaVersion(sql)).toBe(2);
});

test("a migration that was changed after it was applied is refused", async () => {
  const { sql } = database;
  await migrate(sql, [first], NOW);
  const changed = { ...first, script: `${first.script} -- changed` };
  await expect(migrate(sql, [changed, second], NOW)).rejects.toMatchObject({ code: "schema" });
  expect(await schemaVersion(sql)).toBe(1);
});

test("a database that a later program has migrated is refused, and everything about it can be told", async () => {
  const { sql } = database;
  const third: Migration = { version: 3, name: "third", script: "create table store.three ()" };
  await migrate(sql, [first, second, third], NOW);
  const changed = { ...first, script: "select 1" };
  expect(await migrationStatus(sql, [changed, second])).toEqual([
    { state: "differs", version: 1, name: "first" },
    { state: "applied", version: 2, name: "second" },
    { state: "unknown", version: 3, name: "" },
  ]);
  await expect(migrate(sql, [first, second], NOW)).rejects.toMatchObject({
    code: "schema",
    message: "the database is at schema version 3, this program knows 2; run a later one",
  });
  expect(await migrate(sql, [first, second, third, { ...third, version: 4, script: "" }], NOW)).toHaveLength(
    1,
  );
});

test("a list with a gap or an ill name is refused before anything is applied", async () => {
  const { sql } = database;
  await expect(migrate(sql, [first, { ...second, version: 3 }], NOW)).rejects.toMatchObject({
    code: "schema",
  });
  await expect(migrate(sql, [{ ...first, name: "it's" }], NOW)).rejects.toMatchObject({ code: "schema" });
  expect(await schemaVersion(sql)).toBe(0);
});

test("the migrations of this program are numbered without gaps up to the version that it knows", async () => {
  const versions = (await readMigrations()).map(({ version }) => version);
  expect(versions).toEqual(Array.from({ length: SCHEMA_VERSION }, (_, index) => index + 1));
});
