/**
 * No two transactions wait for each other in a circle: every function takes its locks in one order, see requests.sql. And what has to
 * hold in a database does afterwards.
 *
 * `MIXED_CALLS=100000` makes as many calls and tells their outcomes; `MIXED_SEED` makes others.
 */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { connectPostgres } from "../../src/store/drivers/postgres.ts";
import { brokenInvariants } from "../kit/invariants.ts";
import { type Cluster, PATIENT } from "../kit/postgres/cluster.ts";

export type MixedTarget = {
  /** Of each process that makes calls. */
  readonly urls: readonly string[];
  /** In whose logs a deadlock would stand. */
  readonly nodes: readonly Cluster[];
  /** As the role that owns the schema. */
  readonly ownerUrl: string;
};

const { MIXED_CALLS: givenCalls, MIXED_SEED: givenSeed } = process.env;
const seed = givenSeed ?? "1";
const PROGRAM = join(import.meta.dirname, "mixed-calls.fixture.ts");

/**
 * @param target asked once the test runs.
 * @param usualCalls how many are made where nobody says so.
 * @param callsASecond what a busy machine makes at least.
 */
export function describeMixedCalls(
  target: () => MixedTarget,
  usualCalls: number,
  callsASecond: number,
): void {
  const calls = Number(givenCalls ?? usualCalls);
  test(
    `make ${calls} mixed calls without a deadlock, none fails, and no invariant is broken`,
    async () => {
      const { urls, nodes, ownerUrl } = target();
      const running = urls.map((url, number) => {
        const args = [url, String(calls / urls.length), seed, String(number)];
        return promisify(execFile)(process.execPath, [PROGRAM, ...args]);
      });
      const outcomes = (await Promise.all(running)).flatMap(({ stdout }) =>
        Object.entries(JSON.parse(stdout)),
      );
      if (givenCalls !== undefined) process.stdout.write(`${JSON.stringify(outcomes.sort(), null, 1)}\n`);
      const logs = nodes.map(({ folder }) => readFileSync(join(folder, "log"), "utf8"));
      expect(logs.flatMap(deadlocksIn)).toEqual([]);
      expect(outcomes.filter(([kind]) => kind.includes("failed"))).toEqual([]);
      const reached = new Set(outcomes.map(([kind]) => kind));
      expect(reached).toEqual(new Set([...reached, ...LANDMARKS]));
      const owner = connectPostgres(ownerUrl, PATIENT);
      expect(await brokenInvariants(owner.sql)).toEqual([]);
      await owner.close();
    },
    (calls / callsASecond) * 1000,
  );
}

/** What a log says of each deadlock: the error, and the lines that tell who waited for what, and where. */
function deadlocksIn(log: string): readonly string[] {
  return log.match(/^.*deadlock.*(?:\n.*(?:DETAIL|HINT|CONTEXT|STATEMENT): .*|\n\t.*)*/gm) ?? [];
}

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
