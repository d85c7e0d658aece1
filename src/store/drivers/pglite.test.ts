import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestDatabase } from "../../../test/kit/service.ts";
import { describeStore } from "../../../test/store/behaviour.ts";
import { NOW } from "../../../test/store/fixtures.ts";
import type { EmbeddedDatabase } from "./pglite.ts";

let database: EmbeddedDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

describe("the store on PGlite", () => describeStore(() => database.sql));

describe("the PGlite driver", () => {
  test("every kind of value goes in and comes back, also in a statement that is prepared already", async () => {
    const text =
      "select $1::bytea as bytes, $2::timestamptz as time, $3::integer as number, $4::text as text, $5::boolean as yes";
    const values = {
      bytes: new Uint8Array([0, 92, 255]),
      time: NOW,
      number: -5,
      text: "a\\x00 ü",
      yes: true,
    };
    const nothing = { bytes: null, time: null, number: null, text: null, yes: null };
    for (const row of [
      values,
      nothing,
      values,
      { ...values, bytes: new Uint8Array(), text: "", yes: false },
    ]) {
      expect(await database.sql(text, Object.values(row))).toEqual([row]);
    }
  });

  test("a statement that failed is as good as new", async () => {
    await database.sql("create table changing (one integer)", []);
    await database.sql("insert into changing values (1)", []);
    const select = () => database.sql("select * from changing where one = $1", [1]);
    expect(await select()).toEqual([{ one: 1 }]);

    await database.sql("alter table changing add column two integer", []);
    await expect(select()).rejects.toMatchObject({ cause: { message: expect.stringContaining("plan") } });
    expect(await select()).toEqual([{ one: 1, two: null }]);

    const divide = (by: number) => database.sql("select 6 / $1::integer as result", [by]);
    await expect(divide(0)).rejects.toMatchObject({ cause: { message: "division by zero" } });
    expect(await divide(3)).toEqual([{ result: 2 }]);
    await expect(divide(0)).rejects.toMatchObject({ code: "unavailable" });
    expect(await divide(2)).toEqual([{ result: 3 }]);
  });
});
