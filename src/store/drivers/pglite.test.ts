import { afterAll, beforeAll, describe } from "vitest";
import { describeStore } from "../../../test/store/behaviour.ts";
import { NOW } from "../../../test/store/fixtures.ts";
import { migrate } from "../migrate.ts";
import { readMigrations } from "./migration-files.ts";
import { type EmbeddedDatabase, openPgliteInMemory } from "./pglite.ts";

describe("the store on PGlite", () => {
  let database: EmbeddedDatabase;
  beforeAll(async () => {
    database = await openPgliteInMemory();
    await migrate(database.sql, await readMigrations(), NOW);
  });
  afterAll(() => database.close());

  describeStore(() => database.sql);
});
