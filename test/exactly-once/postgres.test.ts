/** Each request runs once, where several processes with several connections each carry it out. */
import { describe } from "vitest";
import { whyNoPostgres } from "../kit/postgres/cluster.ts";
import { createTestDatabase } from "../kit/postgres/database.ts";
import { startServer } from "../kit/spawn-server.ts";
import { describeExactlyOnce } from "./suite.ts";

const PROCESSES = 2;
const skipped = whyNoPostgres();

describe.skipIf(skipped)(`on Postgres, by ${PROCESSES} processes${skipped ? ` (${skipped})` : ""}`, () => {
  describeExactlyOnce(
    async (environment) => {
      const database = await createTestDatabase();
      const { sql, close } = database.connect("share_owner", 1);
      const server = await startServer({
        ...environment,
        DATABASE_URL: database.url("share_server"),
        WORKERS: String(PROCESSES),
      });
      const isDue = "select 1 from store.outbox limit 1";
      const messagesSent = async () => {
        while ((await sql(isDue, [])).length > 0);
      };
      return { server, messagesSent, close };
    },
    { swaps: 20 },
  );
});
