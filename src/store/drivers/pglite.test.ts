import { afterAll, beforeAll, describe } from "vitest";
import { describeStore } from "../../../test/store/behaviour.ts";
import { NOW } from "../../../test/store/fixtures.ts";
import { migrate } from "../migrate.ts";
import { type EmbeddedDatabase, openPgliteInMemory } from "./pglite.ts";
import { readSchema } from "./schema-files.ts";

describe("the store on PGlite", () => {
  let database: EmbeddedDatabase;
  beforeAll(async () => {
    database = await openPgliteInMemory();
    await migrate(database.sql, await readSchema(), NOW);
  });
  afterAll(() => database.close());

  describeStore(() => database.sql);
});
