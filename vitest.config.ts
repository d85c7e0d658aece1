import { defineConfig } from "vitest/config";

/**
 * Tests that start servers, databases, browsers, workerd, cargo or many commands. Where CI is true they run too;
 * elsewhere they would make the suite too long to be run before each commit.
 */
const LONG = [
  "packages/cli/src/share-audit.test.ts",
  "packages/cli/src/share-offline.test.ts",
  "packages/cli/src/share-online.test.ts",
  "packages/cli/src/share-qr.test.ts",
  "src/store/drivers/neon.test.ts",
  "src/store/drivers/pglite-gathered.test.ts",
  "src/store/drivers/pglite-on-disk.test.ts",
  "test/attacks/leaks.test.ts",
  "test/bench/**",
  "test/citus/**",
  "test/commands/**",
  "test/docs/readme.test.ts",
  "test/docs/tour.test.ts",
  "test/durability/**",
  "test/exactly-once/postgres.test.ts",
  "test/interop/**",
  "test/packages/api.test.ts",
  "test/packages/published.test.ts",
  "test/pages/**",
  "test/postgres/deadlocks.test.ts",
  "test/postgres/several-servers.test.ts",
  "test/recovery/cut-off.test.ts",
  "test/recovery/kinds.test.ts",
  "test/recovery/liars.test.ts",
  "test/server/greeting.test.ts",
  "test/server/metrics.test.ts",
  "test/server/start.test.ts",
  "test/server/stop.test.ts",
  "test/server/traces.test.ts",
  "test/worker/**",
];

/** Milliseconds for one test, or for what prepares some. */
const LIMIT = 300_000;

const isCI = process.env["CI"] === "true";

export default defineConfig({
  test: {
    include: ["packages/*/src/**/*.test.ts", "src/**/*.test.ts", "test/**/*.test.ts"],
    exclude: isCI ? [] : LONG,
    globalSetup: ["test/kit/postgres/run.ts", "test/kit/data-folder-template.ts"],
    maxWorkers: "100%",
    // A third of the work was to start a process and load the modules for each file. So a file may leave nothing behind
    // for the next one; and where CI is true, each one shows that it needs nothing of another's.
    isolate: isCI,
    // Only what hangs is to fail: on a busy machine the embedded database alone may take a minute to start.
    testTimeout: LIMIT,
    hookTimeout: LIMIT,
    teardownTimeout: LIMIT,
    expect: { poll: { timeout: LIMIT / 2 } },
  },
});
