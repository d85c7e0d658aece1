/** As on one Postgres, where the processes ask different nodes. */
import { afterAll, beforeAll, describe } from "vitest";
import { createDistributedDatabase, type Nodes, ownNodes, whyNoCitus } from "../kit/citus/nodes.ts";
import type { TestDatabase } from "../kit/postgres/database.ts";
import { describeMixedCalls } from "../postgres/mixed-calls.ts";

const CALLS = 2_000;
const CALLS_A_SECOND = 5;
const skipped = whyNoCitus();

describe.skipIf(skipped)(`two processes on two nodes of Citus${skipped ? ` (${skipped})` : ""}`, () => {
  let nodes: Nodes;
  let database: TestDatabase;
  beforeAll(async () => {
    nodes = await ownNodes(2);
    database = await createDistributedDatabase(nodes);
  });
  afterAll(() => nodes.remove());

  describeMixedCalls(
    () => {
      const all = [nodes.coordinator, ...nodes.workers];
      const urls = all.slice(0, 2).map((node) => node.url("share_server", database.name));
      return { urls, nodes: all, ownerUrl: database.url("share_owner") };
    },
    CALLS,
    CALLS_A_SECOND,
  );
});
