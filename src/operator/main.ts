#!/usr/bin/env node
import { printable } from "@bc/share-client";
/**
 * `share-server`: the operator's command line. It reads the same environment as the server.
 *
 * Results go to stdout; a failure is one line on stderr, `share-server: …`.
 */
import { Command } from "commander";
import project from "../../package.json" with { type: "json" };
import { addAudit } from "./audit.ts";
import { addCheck } from "./check.ts";
import { addKeys } from "./keys.ts";
import { addMigrate } from "./migrate.ts";
import { addMove } from "./move.ts";
import { addNewIdentity } from "./new-identity.ts";
import { OPERATOR_EXIT_CODES, operatorFailureFor } from "./operator-failure.ts";
import { addRekey } from "./rekey.ts";
import { addRestored } from "./restored.ts";

// The reader of the output may leave early (`| head -1`). The command finishes its work all the same.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

const program = new Command("share-server")
  .description("Run a share server, and look after its database.")
  .version(project.version)
  .exitOverride()
  // Commander throws its own messages as errors too, and this program prints those like all others.
  .configureOutput({ outputError: () => undefined });

program
  .command("start")
  .description("run the server until SIGTERM, SIGINT or SIGHUP")
  .action(async () => {
    await import("../node/main.ts");
  });
const COMMANDS = [addMigrate, addMove, addCheck, addRekey, addAudit, addRestored, addKeys, addNewIdentity];
for (const add of COMMANDS) add(program);
program.addHelpText("after", "\nThe environment variables are listed in docs/configuration.md.\n");

try {
  await program.parseAsync();
} catch (error) {
  const failure = operatorFailureFor(error);
  if (failure !== undefined) {
    process.stderr.write(`share-server: ${printable(failure.message)}\n`);
    process.exitCode = OPERATOR_EXIT_CODES[failure.code];
  }
}
