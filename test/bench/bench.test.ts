/** Every benchmark runs, at its smallest size: a measurement that nobody makes for a month must not rot. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, onTestFinished, test } from "vitest";
import { whyNoCitus } from "../kit/citus/nodes.ts";
import { whyNoPostgres } from "../kit/postgres/cluster.ts";

const BENCH = join(import.meta.dirname, "../../bench");
const MINUTE = 60_000;

async function run(program: string, ...words: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(BENCH, program), ...words, "--quick"]);
  return stdout;
}

test("rates, and the steps of a request", { timeout: 10 * MINUTE }, async () => {
  expect(await run("index.ts")).toMatch(/^storeShare, schnorr +[\d.]+ +[\d.]+$/m);
});

test("the exchange page", { timeout: 10 * MINUTE }, async () => {
  expect(await run("page.ts")).toMatch(/\d/);
});

test("the client's own time", { timeout: 10 * MINUTE }, async () => {
  expect(await run("index.ts", "client")).toMatch(/^schnorr +[\d.]+ +[\d.]+/m);
});

test("backup and recovery over three servers", { timeout: 10 * MINUTE }, async () => {
  const table = await run("index.ts", "recovery");
  for (const name of ["backup", "recovery"])
    expect(table).toMatch(new RegExp(`^${name}( +[\\d.]+){7}$`, "m"));
});

test("whether time tells who has a contact", { timeout: 10 * MINUTE }, async () => {
  expect(await run("enumeration.ts")).toMatch(/\d/);
});

test("the dearest bodies", { timeout: 10 * MINUTE }, async () => {
  expect(await run("index.ts", "worst")).toMatch(/^receipts, cbor: unknown-account( +[\d.]+){8}$/m);
});

test("what a flood costs another client", { timeout: 10 * MINUTE }, async () => {
  expect(await run("index.ts", "flood")).toMatch(/^identical assertions, from one \/48( +[\d.]+){5}$/m);
});

test("how long requests hold the event loop", { timeout: 10 * MINUTE }, async () => {
  expect(await run("index.ts", "turns")).toMatch(/^read 2 shares of 100 bytes, as text( +[\d.]+){2}$/m);
});

const skipped = whyNoPostgres();

describe.skipIf(skipped)(`on Postgres${skipped ? ` (${skipped})` : ""}`, () => {
  test("where the processor time goes", { timeout: 10 * MINUTE }, async () => {
    const table = await run("index.ts", "layers");
    for (const row of ["HTTP: the exchange", "the Postgres client", "the server, all in all", "Postgres"]) {
      expect(table).toMatch(new RegExp(`^${row} +[\\d.]+$`, "m"));
    }
  });

  test("requests by the clock, also as curves", { timeout: 10 * MINUTE }, async () => {
    const folder = await mkdtemp(join(tmpdir(), "share-bench-curves-"));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const drawing = join(folder, "curves.svg");
    const table = await run("index.ts", "open-loop", "--draw", drawing);
    expect(table).toMatch(/^80 % of it +[\d.]+ +[\d.]+ +[\d.]+$/m);
    expect(await readFile(drawing, "utf8")).toMatch(/^<svg [\s\S]*>p99<\/text>\n<\/svg>\n$/);
  });

  test("memory under half the highest load", { timeout: 10 * MINUTE }, async () => {
    const table = await run("index.ts", "steady");
    expect(table).toMatch(/^before +\d+ *$/m);
    expect(table).toMatch(/^3 s +\d+ +[\d.]+ +[\d.]+ +[\d.]+$/m);
  });

  test("beside the reference, by a load program", { timeout: 10 * MINUTE }, async () => {
    const folder = await mkdtemp(join(tmpdir(), "share-bench-load-"));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const program = join(folder, "load");
    const says = (rate: number) => `echo "$2 n=$4 conns=$5 rps=${rate} p50=1.50ms p99=4.50ms bad=0"`;
    const script = `#!/bin/sh\nif [ "$1" = http://reference ]; then ${says(200)}; else ${says(500)}; fi\n`;
    await writeFile(program, script, { mode: 0o700 });
    const table = await run("index.ts", "reference", "http://reference", program);
    expect(table).toMatch(/^store @8 +500 +200 +2\.5 +1\.5 +4\.5 +1\.5 +4\.5 +[\d.]+ +[\d.]+$/m);
    expect(table).toMatch(/^get @32 +500 +200 +2\.5/m);
  });

  test("a request by the keys of wallet and server", { timeout: 10 * MINUTE }, async () => {
    const table = await run("index.ts", "schemes");
    for (const keys of ["schnorr, x25519", "mldsa65, mlkem768"]) {
      expect(table.match(new RegExp(`^${keys}( +[\\d.]+){8}$`, "gm"))).toHaveLength(2);
    }
  });

  test("growth with the shares", { timeout: 10 * MINUTE }, async () => {
    expect(await run("growth.ts")).toMatch(/^\| 10000 \| [\d.]+, \d+ \|/m);
  });

  test("the Worker", { timeout: 10 * MINUTE }, async () => {
    expect(await run("worker.ts")).toMatch(/^storeShare, schnorr +[\d.]+ +[\d.]+ +[\d.-]+$/m);
  });
});

const withoutCitus = whyNoCitus();

test.skipIf(withoutCitus)(
  `growth on each node of Citus${withoutCitus ? ` (${withoutCitus})` : ""}`,
  { timeout: 10 * MINUTE },
  async () => {
    expect(await run("nodes-growth.ts", "--calls", "50")).toMatch(
      /^\| 10000 \|( [\d.]+, [\d.]+; [\d.]+ \|){6}/m,
    );
  },
);
