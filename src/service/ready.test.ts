import { expect, test, vi } from "vitest";
import { StoreError } from "../store/sql.ts";
import { readiness } from "./ready.ts";

test("a database that is away is one line of the log at each look, without a stack", async () => {
  const [warn, never] = [vi.fn(), () => expect.unreachable()];
  const sql = () =>
    Promise.reject(
      new StoreError("unavailable", "the database failed", { cause: new Error("ECONNREFUSED") }),
    );
  expect(await readiness({ sql, log: { warn, debug: never, info: never, error: never } })).toBe("not ready");
  expect(warn.mock.calls).toEqual([[{ reason: "the database failed (ECONNREFUSED)" }, "not ready"]]);
});
