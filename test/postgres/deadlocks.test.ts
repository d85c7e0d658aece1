import { afterAll, beforeAll, describe } from "vitest";
import { type Cluster, whyNoPostgres } from "../kit/postgres/cluster.ts";
import { createTestDatabase, ownCluster, type TestDatabase } from "../kit/postgres/database.ts";
import { describeMixedCalls } from "./mixed-calls.ts";

const CALLS = 6_000;
const CALLS_A_SECOND = 20;
const skipped = whyNoPostgres();

describe.skipIf(skipped)(`two processes on one Postgres${skipped ? ` (${skipped})` : ""}`, () => {
  let cluster: Cluster;
  let database: TestDatabase;
  beforeAll(async () => {
    cluster = await ownCluster();
    database = await createTestDatabase(cluster);
  });
  afterAll(() => cluster.remove());

  describeMixedCalls(
    () => {
      const url = database.url("share_server");
      return { urls: [url, url], nodes: [cluster], ownerUrl: database.url("share_owner") };
    },
    CALLS,
    CALLS_A_SECOND,
  );
});
