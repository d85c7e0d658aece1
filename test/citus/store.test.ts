/** The store on a Citus cluster: it behaves as on one node, from whichever node it is asked. */
import { afterAll, beforeAll, describe } from "vitest";
import { delegated } from "../../src/store/delegate.ts";
import type { PostgresDatabase } from "../../src/store/drivers/postgres.ts";
import {
  createDistributedDatabase,
  type DistributedDatabase,
  type Nodes,
  ownNodes,
  whyNoCitus,
} from "../kit/citus/nodes.ts";
import { describeStore } from "../store/behaviour.ts";

const skipped = whyNoCitus();
const CONNECTIONS = 16;

describe.skipIf(skipped)(`the store on Citus${skipped ? ` (${skipped})` : ""}`, () => {
  let nodes: Nodes;
  beforeAll(async () => {
    nodes = await ownNodes(2);
  });
  afterAll(() => nodes.remove());

  describe.each([
    ["its coordinator", ({ coordinator }: Nodes) => coordinator],
    ["a worker", ({ workers }: Nodes) => workers[0]],
  ] as const)("asked at %s", (_, place) => {
    let database: DistributedDatabase;
    let server: PostgresDatabase;
    let owner: PostgresDatabase;
    beforeAll(async () => {
      database = await createDistributedDatabase(nodes);
      server = database.connectTo(place(nodes), "share_server", CONNECTIONS);
      owner = database.connect("share_owner");
    });
    afterAll(() => Promise.all([server.close(), owner.close()]));

    describeStore(
      () => delegated(server.sql),
      () => owner.sql,
    );
  });
});
