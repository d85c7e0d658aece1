/**
 * Random histories of all functions against a model in memory.
 *
 * `MODEL_RUNS=10000` runs as many histories and tells what they covered; `MODEL_SEED` repeats a run.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { schemaState } from "../../src/store/schema.ts";
import type { Sql } from "../../src/store/sql.ts";
import { NOW } from "../kit/people.ts";
import { COMMANDS, compareFinalState, insist, KEY_COUNT, type Past, prepare, SHARES } from "./commands.ts";
import { createModel } from "./model.ts";
import { createWorld } from "./world.ts";

/** So many reach every landmark; where CI is not true, fewer do. */
const FULL_RUNS = 60;
const DEFAULT_RUNS = process.env["CI"] === "true" ? FULL_RUNS : 12;
const DEFAULT_SEED = 4;
const { MODEL_RUNS: givenRuns, MODEL_SEED: givenSeed } = process.env;
const runs = Number(givenRuns ?? DEFAULT_RUNS);
const seed = Number(givenSeed ?? DEFAULT_SEED);
const SECONDS_PER_RUN = 20;
const UPKEEP_EVERY = 500;

/** Where the full run gets to: change its seed or the steps, and see that it still does. */
const LANDMARKS = [
  "again fallbackTransfer: ok",
  "again storeShare: ok",
  "again updatePublicKey: ok",
  "again verifyFallback: wrong-code",
  "deleteAccount: ok",
  "again fallbackTransfer: key-in-use",
  "again fallbackTransfer: rate-limited",
  "fallbackTransfer: key-in-use",
  "fallbackTransfer: rate-limited",
  "link: ok transfer",
  "link: ok validation",
  "message: key-changed",
  "message: key-changed, several times",
  "retrieveShares: invalid-sender-key",
  "retrieveShares: unknown-receipt",
  "storeShare: id-reused",
  "storeShare: missing-date",
  "storeShare: rate-limited",
  "storeShare: not-account-key",
  "updatePublicKey: key-in-use",
  "verifyFallback: fallback-in-use",
  "verifyFallback: ok",
];

/**
 * @param sql of a database that belongs to this test alone. Asked once the test runs.
 * @param maintain what a server does for its database by the hour.
 */
export function describeHistories(sql: () => Sql, maintain: () => Promise<void>): void {
  /** A long run needs upkeep, and tells how far it is. */
  async function upkeep(histories: number): Promise<void> {
    await maintain();
    process.stdout.write(`${histories} histories so far\n`);
  }

  test(
    "every history has the answers, the messages and the end that the model says",
    async () => {
      const tally = new Map<string, number>();
      let histories = 0;
      let begin = NOW;
      const { isDistributed } = await schemaState(sql());

      const history = fc.asyncProperty(
        fc.commands(COMMANDS, { maxCommands: 60, size: "max" }),
        fc.constantFrom(0, 60),
        fc.boolean(),
        async (commands, transferDelay, prepared) => {
          histories += 1;
          const past: Past = { model: createModel(transferDelay, isDistributed), asked: [], tally };
          const name = `history-${histories}`;
          const world = await createWorld({
            sql: sql(),
            name,
            keyCount: KEY_COUNT,
            shares: SHARES,
            transferDelay,
            begin,
          });
          try {
            if (prepared) await prepare(past, world);
            await fc.asyncModelRun(() => ({ model: past, real: world }), commands);
            await insist(past, world);
            await compareFinalState(past, world);
          } finally {
            begin = new Date(world.now().getTime() + 1_000);
          }
          if (histories % UPKEEP_EVERY === 0) await upkeep(histories);
        },
      );
      await fc.assert(history, { numRuns: runs, seed });
      if (givenRuns !== undefined) {
        const steps = [...tally.values()].reduce((sum, times) => sum + times, 0);
        process.stdout.write(`${histories} histories, ${steps} answers and messages, seed ${seed}\n`);
        for (const [what, times] of [...tally].sort()) process.stdout.write(`${times} × ${what}\n`);
      }
      if (seed === DEFAULT_SEED && runs >= FULL_RUNS)
        expect([...tally.keys()]).toEqual(expect.arrayContaining(LANDMARKS));
    },
    runs * SECONDS_PER_RUN * 1000,
  );
}
