/** A rekey while a Worker serves in the real workerd: it learns of the new keys by itself. */
import { PrivateKeys, randomBytes } from "@bc/envelope";
import { expect, test } from "vitest";
import { headerOf } from "../../src/service/key-cipher.ts";
import { rekey } from "../../src/service/rekey.ts";
import { openNeonEndpoint } from "../../src/worker/neon-stand-in.ts";
import { whyNoPostgres } from "../kit/postgres/cluster.ts";
import { createTestDatabase } from "../kit/postgres/database.ts";
import { startWorker } from "./workerd.ts";

const skipped = whyNoPostgres();
/** What `startWorker` gives the Worker. */
const STORAGE_KEY = new Uint8Array(32).fill(1);

test.skipIf(skipped)(
  `a Worker reads the data keys anew when there are newer ones${skipped ? ` (${skipped})` : ""}`,
  async () => {
    const database = await createTestDatabase();
    await using neon = await openNeonEndpoint(database.url("share_server"));
    await using worker = await startWorker({ neon });
    const { sql, close } = database.connect("share_owner", 1);
    const client = worker.client({ keys: PrivateKeys.generate("ed25519") });
    const stored = new Map<string, Uint8Array>();
    const store = async () => {
      const data = randomBytes(60);
      stored.set((await client.storeShare(data)).hex(), data);
    };
    const expectAll = async () => {
      const shares = await client.retrieveShares();
      expect(new Map(shares.map(({ receipt, data }) => [receipt.hex(), data]))).toEqual(stored);
      expect(await client.retrieveShares(shares.map(({ receipt }) => receipt))).toHaveLength(stored.size);
    };
    for (let count = 0; count < 3; count++) await store();

    let steps = 0;
    const report = await rekey({
      ...{ sql, storageKey: STORAGE_KEY, rate: 1, giveUp: false, now: () => new Date(), tell: () => {} },
      // Between each two shares, while some are under either key.
      sleep: async () => {
        steps += 1;
        await expectAll();
        if (steps < 3) await store();
      },
    });
    expect(report).toMatchObject({ dataKey: 1, ended: true, damaged: [] });
    expect(steps).toBeGreaterThan(2);
    await store();
    await expectAll();
    const left = await sql("select * from store.left_to_rekey(p_header => $1)", [headerOf(1)]);
    expect(left).toEqual([{ shares: false, contacts: false, messages: false }]);
    expect(worker.log().join("\n")).not.toContain('"level":"error"');
    await close();
  },
);
