import { afterAll, beforeAll, describe } from "vitest";
import { openTestDatabase } from "../../../test/kit/service.ts";
import { describeStore } from "../../../test/store/behaviour.ts";
import { gathered } from "../gather.ts";
import type { Sql } from "../sql.ts";
import type { EmbeddedDatabase } from "./pglite.ts";

describe("the store on PGlite, with its calls gathered", () => {
  let database: EmbeddedDatabase;
  let sql: Sql;
  beforeAll(async () => {
    database = await openTestDatabase();
    sql = gathered(database.sql, 1);
  });
  afterAll(() => database.close());

  describeStore(() => sql);
});
