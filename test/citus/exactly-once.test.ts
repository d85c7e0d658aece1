/** Each request runs once, where several processes carry it out, each at another node. */
import { describe } from "vitest";
import { describeExactlyOnce } from "../exactly-once/suite.ts";
import { createDistributedDatabase, ownNodes, urlOfNodes, whyNoCitus } from "../kit/citus/nodes.ts";
import { startServer } from "../kit/spawn-server.ts";

const PROCESSES = 2;
const skipped = whyNoCitus();

describe.skipIf(skipped)(`on Citus, by ${PROCESSES} processes${skipped ? ` (${skipped})` : ""}`, () => {
  describeExactlyOnce(
    async (environment) => {
      const nodes = await ownNodes(2);
      const database = await createDistributedDatabase(nodes);
      const owner = database.connect("share_owner", 1);
      const server = await startServer({
        ...environment,
        DATABASE_URL: urlOfNodes(nodes, database),
        WORKERS: String(PROCESSES),
      });
      const isDue = "select 1 from store.outbox limit 1";
      const messagesSent = async () => {
        while ((await owner.sql(isDue, [])).length > 0);
      };
      const close = async () => {
        await owner.close();
        await nodes.remove();
      };
      return { server, messagesSent, close };
    },
    { swaps: 20 },
  );
});
