import { defineConfig } from "vitest/config";

/**
 * Tests that start servers, databases, browsers, workerd, cargo or many commands. Where CI is true they run too;
 * elsewhere they would make the suite too long to be run before each commit.
 */
const LONG = [
  "src/cli/demo.test.ts",
  "src/cli/rekey-killed.test.ts",
  "src/cli/server.test.ts",
  "src/cli/share-account.test.ts",
  "src/cli/share-offline.test.ts",
  "src/cli/share-online.test.ts",
  "src/cli/share-qr.test.ts",
  "src/page/page.test.ts",
  "src/store/drivers/neon.test.ts",
  "src/store/drivers/pglite-on-disk.test.ts",
  "src/testing/backup.test.ts",
  "src/testing/durability.test.ts",
  "src/testing/envelope-cli.test.ts",
  "src/testing/full-disk.test.ts",
  "src/testing/message-survives.test.ts",
  "src/testing/postgres/exactly-once.test.ts",
  "src/testing/postgres/outage.test.ts",
  "src/testing/postgres/several-servers.test.ts",
  "src/testing/rust-interop.test.ts",
  "src/testing/start.test.ts",
  "src/testing/stop.test.ts",
  "src/testing/tour.test.ts",
  "src/testing/worker-bundle.test.ts",
  "src/testing/worker.test.ts",
];

const isCI = process.env["CI"] === "true";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts"],
    exclude: isCI ? [] : LONG,
    globalSetup: ["src/testing/postgres/run.ts"],
    // Browsers, databases and compilers are enough to do at a time.
    maxWorkers: isCI ? 1 : "100%",
    // A third of the work was to start a process and load the modules for each file. So a file may leave nothing behind
    // for the next one; and where CI is true, each one shows that it needs nothing of another's.
    isolate: isCI,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
