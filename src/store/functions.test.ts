/** The table of functions and the functions themselves, held to one another by the database's catalogue. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDatabase } from "../../test/kit/service.ts";
import type { EmbeddedDatabase } from "./drivers/pglite.ts";
import { readSchema } from "./drivers/schema-files.ts";
import { type Arguments, FUNCTIONS, type FunctionName, statement } from "./functions.ts";

type InCatalogue = {
  readonly name: string;
  /** Names of the parameters that go in, joined by commas. */
  readonly parameters: string;
  readonly is_public: boolean;
  readonly language: string;
};

let database: EmbeddedDatabase;
let catalogue: readonly InCatalogue[];
beforeAll(async () => {
  database = await openTestDatabase();
  catalogue = await database.sql<InCatalogue>(
    `select p.proname::text as name, p.prosecdef as is_public, l.lanname::text as language,
       array_to_string(p.proargnames[1:p.pronargs], ',') as parameters
     from pg_proc p join pg_language l on l.oid = p.prolang
     where p.pronamespace = 'store'::regnamespace order by p.proname`,
    [],
  );
});
afterAll(() => database.close());

test("every public function is known with the parameters that it has, and no other is", () => {
  const known = Object.entries(FUNCTIONS).map(([name, parameters]) => [
    name,
    parameters.map((parameter) => `p_${parameter}`).join(","),
  ]);
  const open = catalogue.filter(({ is_public }) => is_public);
  expect(known.sort()).toEqual(open.map(({ name, parameters }) => [name, parameters]));
});

test("no value becomes a part of a statement", () => {
  const value = "'); drop schema store cascade; --";
  for (const name of Object.keys(FUNCTIONS) as FunctionName[]) {
    const values = Object.fromEntries(FUNCTIONS[name].map((parameter) => [parameter, value]));
    const { text, params } = statement(name, values as Arguments<typeof name>);
    expect(text).toMatch(/^select \* from store\.[a-z_]+\((?:p_[a-z_]+ => \$\d+(?:, )?)*\)$/);
    expect(params).toEqual(FUNCTIONS[name].map(() => value));
  }
});

// A distributed Postgres (Citus) plans neither functions in SQL with parameters, nor lists of no columns.
test("all functions are in PL/pgSQL, and none selects no column", async () => {
  expect(catalogue.filter(({ language }) => language !== "plpgsql")).toEqual([]);
  for (const script of (await readSchema()).functions) {
    expect(script).not.toMatch(/\b(select|perform)\s+from\b/);
  }
});
