#!/usr/bin/env node
/**
 * `share-server`: the operator's command line. It reads the same environment as the server.
 *
 * Results go to stdout; a failure is one line on stderr, `share-server: …`.
 */
import { Command } from "commander";
import project from "../../package.json" with { type: "json" };
import { ConfigError } from "../config.ts";
import { reasonOf } from "../store/reason.ts";
import { StoreError } from "../store/sql.ts";
import { EXIT_CODES, Failure, failureFor, printable } from "./failure.ts";
import { addKeys } from "./server/keys.ts";
import { addMigrate } from "./server/migrate.ts";
import { addMove } from "./server/move.ts";

// Whoever reads may have read enough (`| head -1`). What is being done is done all the same.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

const program = new Command("share-server")
  .description("Run a share server, and look after its database.")
  .version(project.version)
  .exitOverride()
  // Commander's own messages come back as errors, and are told like all others.
  .configureOutput({ outputError: () => undefined });

program
  .command("start")
  .description("run the server until SIGTERM, SIGINT or SIGHUP")
  .action(async () => {
    await import("../node.ts");
  });
for (const add of [addMigrate, addMove, addKeys]) add(program);
program.addHelpText("after", "\nThe environment variables are listed in docs/configuration.md.\n");

try {
  await program.parseAsync();
} catch (error) {
  const failure = failureOf(error);
  if (failure !== undefined) {
    process.stderr.write(`share-server: ${printable(failure.message)}\n`);
    process.exitCode = EXIT_CODES[failure.kind];
  }
}

function failureOf(error: unknown): Failure | undefined {
  if (error instanceof ConfigError) return new Failure("usage", error.message);
  if (error instanceof StoreError) {
    return new Failure(error.code === "unavailable" ? "unreachable" : "usage", reasonOf(error));
  }
  return failureFor(error);
}
