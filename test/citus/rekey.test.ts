/** A rekey where the database is spread over several nodes: as on one, and what has to be waited for on each of them. */
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import type { PostgresDatabase } from "../../src/store/drivers/postgres.ts";
import { areOlderOver, markTransactions } from "../../src/store/rekey.ts";
import { expectKillsLoseNothing, KILLS_PATIENCE } from "../commands/rekey-under-load.ts";
import {
  createDistributedDatabase,
  type DistributedDatabase,
  ownNodes,
  storageOn,
  whyNoCitus,
} from "../kit/citus/nodes.ts";
import { PATIENT } from "../kit/postgres/cluster.ts";
import { EMBEDDED, tryOn } from "../kit/storage.ts";

const PREPARED = "a change";
const skipped = whyNoCitus();

describe.skipIf(skipped)(`on Citus${skipped ? ` (${skipped})` : ""}`, async () => {
  if (skipped !== undefined) {
    test.todo("a rekey");
    return;
  }
  const nodes = await ownNodes(2);
  const [worker] = nodes.workers;
  if (worker === undefined) throw new TypeError("there are two");
  tryOn(storageOn(nodes));
  afterAll(async () => {
    tryOn(EMBEDDED);
    await nodes.remove();
  });

  describe("rekey.test.ts", async () => void (await import("../../src/service/rekey.test.ts")));

  describe("older transactions", () => {
    let database: DistributedDatabase;
    let owner: PostgresDatabase;
    beforeEach(async () => {
      database = await createDistributedDatabase(nodes);
      owner = database.connect("share_owner", 1);
    });
    afterEach(() => owner.close());

    test.for([
      ["the coordinator", nodes.coordinator],
      ["a worker", worker],
    ] as const)("are waited for at %s, also when they are prepared", async ([, node]) => {
      const { sql, close } = database.connectTo(node, "share_owner", PATIENT.connections);
      const isOver = async (mark: string) => areOlderOver(owner.sql, mark);
      for (const end of [
        ["commit"],
        [`prepare transaction '${PREPARED}'`, `commit prepared '${PREPARED}'`],
      ]) {
        await sql("begin", []);
        await sql("select pg_current_xact_id()", []);
        const mark = await markTransactions(owner.sql);
        for (const statement of end) {
          expect(await isOver(mark)).toBe(false);
          await sql(statement, []);
        }
        while (!(await isOver(mark)));
        // Younger ones are not.
        await sql("begin", []);
        await sql("select pg_current_xact_id()", []);
        expect(await isOver(mark)).toBe(true);
        await sql("rollback", []);
      }
      await close();
    });

    test("may be on a node that does not answer, which is an error", async () => {
      const mark = await markTransactions(owner.sql);
      await worker.kill();
      const unavailable = { code: "unavailable", message: "a node of the database does not answer" };
      await expect(areOlderOver(owner.sql, mark)).rejects.toMatchObject(unavailable);
      await expect(markTransactions(owner.sql)).rejects.toMatchObject(unavailable);
      await worker.start();
      while (!(await areOlderOver(owner.sql, mark).catch(() => false)));
    });
  });

  test(
    "killed twenty times while a server asks the coordinator and one a worker, it loses nothing and ends",
    async () => {
      const database = await createDistributedDatabase(nodes);
      const url = database.url("share_server");
      await expectKillsLoseNothing(database, [url, worker.url("share_server", database.name)]);
    },
    KILLS_PATIENCE,
  );
});
