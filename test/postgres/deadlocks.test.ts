/**
 * No two transactions wait for each other in a circle: every function takes its locks in one order, see requests.sql.
 *
 * `MIXED_CALLS=100000` makes as many calls and tells their outcomes; `MIXED_SEED` makes others.
 */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Cluster, whyNoPostgres } from "../kit/postgres/cluster.ts";
import { createTestDatabase, ownCluster, type TestDatabase } from "../kit/postgres/database.ts";

const PROCESSES = 2;
const { MIXED_CALLS: givenCalls, MIXED_SEED: givenSeed } = process.env;
const calls = Number(givenCalls ?? 6_000);
const seed = givenSeed ?? "1";
const CALLS_A_SECOND = 20;
const PROGRAM = join(import.meta.dirname, "mixed-calls.fixture.ts");

const skipped = whyNoPostgres();

describe.skipIf(skipped)(`two processes on one Postgres${skipped ? ` (${skipped})` : ""}`, () => {
  let cluster: Cluster;
  let database: TestDatabase;
  beforeAll(async () => {
    cluster = await ownCluster();
    database = await createTestDatabase(cluster);
  });
  afterAll(() => cluster.remove());

  test(
    `make ${calls} mixed calls without a deadlock, and none fails`,
    async () => {
      const running = Array.from({ length: PROCESSES }, (_, number) => {
        const args = [database.url("share_server"), String(calls / PROCESSES), seed, String(number)];
        return promisify(execFile)(process.execPath, [PROGRAM, ...args]);
      });
      const outcomes = (await Promise.all(running)).flatMap(({ stdout }) =>
        Object.entries(JSON.parse(stdout)),
      );
      if (givenCalls !== undefined) process.stdout.write(`${JSON.stringify(outcomes.sort(), null, 1)}\n`);
      const log = readFileSync(join(cluster.folder, "log"), "utf8");
      expect(log.split("\n").filter((line) => line.includes("deadlock"))).toEqual([]);
      expect(outcomes.filter(([kind]) => kind.includes("failed"))).toEqual([]);
      const reached = new Set(outcomes.map(([kind]) => kind));
      expect(reached).toEqual(new Set([...reached, ...LANDMARKS]));
    },
    (calls / CALLS_A_SECOND) * 1000,
  );
});

/** What has to have happened for the calls to be mixed, and does whatever the timing. */
const LANDMARKS = [
  "confirmByToken: ok",
  "deleteAccount: ok",
  "fallbackTransfer: processing",
  "storeShare: id-reused",
  "storeShare: not-account-key",
  "storeShare: ok",
  "updateFallback: ok",
  "updatePublicKey: key-in-use",
  "updatePublicKey: ok",
  "verifyFallback: ok",
  "verifyFallback: wrong-code",
];
