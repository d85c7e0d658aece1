/** The reference implementation reads what we write, and the other way round. */
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { buildInterop, type InteropRun, runInterop, whyNoInterop } from "./rust-interop.ts";
import { startServer } from "./server.ts";

const BUILD_TIMEOUT = 20 * 60_000;

const { CI } = process.env;
const missing = whyNoInterop();
const isSkipped = missing !== undefined && CI !== "true";

describe.skipIf(isSkipped)(`the Rust reference${isSkipped ? ` (skipped: ${missing})` : ""}`, () => {
  beforeAll(async () => {
    if (missing !== undefined) throw new Error(`needed where CI=true: ${missing}`);
    await buildInterop();
  }, BUILD_TIMEOUT);

  test("agrees with every test vector", async () => {
    expectAllPassed(await runInterop("vectors", join(import.meta.dirname, "../../test-vectors")));
  });

  test("speaks with the server by its own function names", async () => {
    await using server = await startServer();
    expectAllPassed(await runInterop("native", server.url()));
  });

  test("plays the scenario of the reference depository", async () => {
    await using server = await startServer({ FALLBACK_TRUST: "1" });
    expectAllPassed(await runInterop("depository", server.url()));
  });
});

/** Shows what failed, and the end of what was printed, where a summary belongs. */
function expectAllPassed({ code, output }: InteropRun): void {
  const lines = output.trim().split("\n");
  expect(lines.filter((line) => line.startsWith("FAILED"))).toEqual([]);
  expect(lines.at(-1)).toMatch(/^[1-9]\d* passed, 0 failed$/);
  expect(code).toBe(0);
}
