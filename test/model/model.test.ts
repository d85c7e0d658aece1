import { afterAll } from "vitest";
import { openTestDatabase } from "../kit/service.ts";
import { describeHistories } from "./histories.ts";

const database = await openTestDatabase();
afterAll(() => database.close());

describeHistories(
  () => database.sql,
  () => database.maintain(),
);
