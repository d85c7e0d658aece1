/** A round of `npm run torture` on each of its deployments. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { whyNoPostgres } from "../kit/postgres/cluster.ts";

const PROGRAM = join(import.meta.dirname, "../torture/main.ts");
const A_MOMENT = "0.01";
const DEPLOYMENTS = whyNoPostgres() === undefined ? ["PGlite", "Postgres", "a pair of Postgres"] : ["PGlite"];

test("a round of torture loses nothing, and tells what it has done", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, A_MOMENT, "1"]);
  const last = stdout.trimEnd().split("\n").at(-1) ?? "";
  const counts: Record<string, number> = JSON.parse(last.slice("seed 1: ".length));
  for (const deployment of DEPLOYMENTS) expect(counts[`${deployment}: rounds`]).toBe(1);
  expect(counts["acknowledged"]).toBeGreaterThan(0);
  expect(counts["shares compared"]).toBeGreaterThan(0);
});
