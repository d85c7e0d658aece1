/** What serialises calls does so between nodes, from the first statement of a call on. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PostgresDatabase } from "../../src/store/drivers/postgres.ts";
import { fallbackTransfer } from "../../src/store/fallback-transfer.ts";
import { createDistributedDatabase, type Nodes, ownNodes, whyNoCitus } from "../kit/citus/nodes.ts";
import * as made from "../store/fixtures.ts";

const CALLS = 60;
const skipped = whyNoCitus();

describe.skipIf(skipped)(
  `challenges of one key, asked for at all nodes at once${skipped ? ` (${skipped})` : ""}`,
  () => {
    let nodes: Nodes;
    let entries: readonly PostgresDatabase[];
    beforeAll(async () => {
      nodes = await ownNodes(2);
      const database = await createDistributedDatabase(nodes);
      entries = [nodes.coordinator, ...nodes.workers].map((node) => database.connectTo(node));
    });
    afterAll(async () => {
      await Promise.all(entries.map(({ close }) => close()));
      await nodes.remove();
    });

    test("follow one another, each instead of the one before it", async () => {
      const key = made.newKey();
      const asked = Array.from({ length: CALLS }, async (_, number) => {
        const { sql } = entries[number % entries.length] as PostgresDatabase;
        const challenge = made.newChallenge();
        return await fallbackTransfer(
          sql,
          made.request(key),
          made.newContact(),
          challenge,
          made.NO_CHALLENGE_LIMITS,
        );
      });
      const outcomes = (await Promise.all(asked)).map(({ outcome }) => outcome);
      expect(new Set(outcomes)).toEqual(new Set(["processing"]));
    });
  },
);
