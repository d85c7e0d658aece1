/** The store on a Citus cluster: it behaves as on one node, from whichever node it is asked. */
import { afterAll, beforeAll } from "vitest";
import { delegated } from "../../src/store/delegate.ts";
import type { PostgresDatabase } from "../../src/store/drivers/postgres.ts";
import { describeAtNodes } from "../kit/citus/describe-at-nodes.ts";
import { describeStore } from "../store/behaviour.ts";

const CONNECTIONS = 16;

describeAtNodes("the store on Citus", (asked) => {
  let server: PostgresDatabase;
  let owner: PostgresDatabase;
  beforeAll(() => {
    const { database, node } = asked();
    server = database.connectTo(node, "share_server", CONNECTIONS);
    owner = database.connect("share_owner");
  });
  afterAll(() => Promise.all([server.close(), owner.close()]));

  describeStore(
    () => delegated(server.sql),
    () => owner.sql,
  );
});
