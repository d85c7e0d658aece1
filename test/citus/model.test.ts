import { afterAll, beforeAll, describe } from "vitest";
import { delegated } from "../../src/store/delegate.ts";
import type { PostgresDatabase } from "../../src/store/drivers/postgres.ts";
import { createDistributedDatabase, type Nodes, ownNodes, whyNoCitus } from "../kit/citus/nodes.ts";
import { describeHistories } from "../model/histories.ts";

const skipped = whyNoCitus();

describe.skipIf(skipped)(`on Citus, asked at a worker${skipped ? ` (${skipped})` : ""}`, () => {
  let nodes: Nodes;
  let server: PostgresDatabase;
  beforeAll(async () => {
    nodes = await ownNodes(2);
    const database = await createDistributedDatabase(nodes);
    server = database.connectTo(nodes.workers[0], "share_owner");
  });
  afterAll(async () => {
    await server.close();
    await nodes.remove();
  });

  // Postgres looks after itself.
  describeHistories(
    () => delegated(server.sql),
    async () => undefined,
  );
});
