import { afterAll, describe } from "vitest";
import { openTestDatabase } from "../kit/service.ts";
import { describeInvariants } from "./invariants.ts";

describe("the embedded database", async () => {
  const { sql, close } = await openTestDatabase();
  afterAll(close);

  describeInvariants(
    () => sql,
    () => sql,
  );
});
