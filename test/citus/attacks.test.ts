/** The attacks of test/attacks, tried where the database is spread over several nodes, and the server knows all of them. */
import { afterAll, describe, test } from "vitest";
import { delegated } from "../../src/store/delegate.ts";
import { connectPostgres } from "../../src/store/drivers/postgres.ts";
import { EMBEDDED, tryOn } from "../attacks/ground.ts";
import { createDistributedDatabase, ownNodes, urlOfNodes, whyNoCitus } from "../kit/citus/nodes.ts";
import { PATIENT } from "../kit/postgres/cluster.ts";

const FILES = {
  "attacks.test.ts": () => import("../attacks/attacks.test.ts"),
  "captured.test.ts": () => import("../attacks/captured.test.ts"),
  "depository.test.ts": () => import("../attacks/depository.test.ts"),
  "flood.test.ts": () => import("../attacks/flood.test.ts"),
  "hostile.test.ts": () => import("../attacks/hostile.test.ts"),
  "identity.test.ts": () => import("../attacks/identity.test.ts"),
  "messages.test.ts": () => import("../attacks/messages.test.ts"),
  "new-key.test.ts": () => import("../attacks/new-key.test.ts"),
  "old-keys.test.ts": () => import("../attacks/old-keys.test.ts"),
  "room.test.ts": () => import("../attacks/room.test.ts"),
  "work.test.ts": () => import("../attacks/work.test.ts"),
} as const;
const CONNECTIONS = 4;
const skipped = whyNoCitus();

describe.skipIf(skipped)(`on Citus${skipped ? ` (${skipped})` : ""}`, async () => {
  if (skipped !== undefined) {
    test.todo("attacks are refused");
    return;
  }
  const nodes = await ownNodes(2);
  tryOn({
    name: "Citus",
    openDatabase: async () => {
      const { url } = await createDistributedDatabase(nodes);
      const { sql, close } = connectPostgres(url("share_owner"), { ...PATIENT, connections: CONNECTIONS });
      return { sql: delegated(sql), close };
    },
    environment: async () => ({
      DATABASE_URL: urlOfNodes(nodes, await createDistributedDatabase(nodes)),
    }),
  });
  afterAll(async () => {
    tryOn(EMBEDDED);
    await nodes.remove();
  });

  for (const [file, load] of Object.entries(FILES)) {
    // What a file says outside its tests belongs to this suite then.
    describe(file, async () => void (await load()));
  }
});
