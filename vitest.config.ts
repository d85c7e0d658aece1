import { defineConfig } from "vitest/config";

/**
 * Tests that start servers, browsers, workerd, cargo or many commands. Where CI is true they run too; elsewhere they
 * would make the suite too long to be run before each commit.
 */
const LONG = [
  "src/cli/demo.test.ts",
  "src/cli/rekey-killed.test.ts",
  "src/cli/server.test.ts",
  "src/cli/share-account.test.ts",
  "src/cli/share-offline.test.ts",
  "src/cli/share-online.test.ts",
  "src/page/page.test.ts",
  "src/testing/backup.test.ts",
  "src/testing/durability.test.ts",
  "src/testing/envelope-cli.test.ts",
  "src/testing/full-disk.test.ts",
  "src/testing/message-survives.test.ts",
  "src/testing/postgres/outage.test.ts",
  "src/testing/postgres/several-servers.test.ts",
  "src/testing/rust-interop.test.ts",
  "src/testing/start.test.ts",
  "src/testing/stop.test.ts",
  "src/testing/tour.test.ts",
  "src/testing/worker-bundle.test.ts",
  "src/testing/worker.test.ts",
];

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts"],
    exclude: process.env["CI"] === "true" ? [] : LONG,
    globalSetup: ["src/testing/postgres/run.ts"],
    // Browsers, databases and compilers are enough to do at a time.
    maxWorkers: process.env["CI"] === "true" ? 1 : "100%",
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
