#!/usr/bin/env node
import { printable } from "@bc/share-client";
/**
 * `share`: the command line of a share server's client.
 *
 * Results go to stdout, all else to stderr: `share: …` in one line when something fails, without a stack.
 */
import { Command } from "commander";
import project from "../package.json" with { type: "json" };
import { addAudit } from "./commands/audit.ts";
import { addBackup } from "./commands/backup.ts";
import { addDelete } from "./commands/delete.ts";
import { examples } from "./commands/examples.ts";
import { addFallback } from "./commands/fallback.ts";
import { addForget } from "./commands/forget.ts";
import { addGet } from "./commands/get.ts";
import { addGrow } from "./commands/grow.ts";
import { addInfo } from "./commands/info.ts";
import { addInspect } from "./commands/inspect.ts";
import { addKeys } from "./commands/keys.ts";
import { addLeave } from "./commands/leave.ts";
import { addList } from "./commands/list.ts";
import { addOpen } from "./commands/open.ts";
import { addRecover } from "./commands/recover.ts";
import { addRekey } from "./commands/rekey.ts";
import { addRepair } from "./commands/repair.ts";
import { addRequest } from "./commands/request.ts";
import { addRotate } from "./commands/rotate.ts";
import { addSheet } from "./commands/sheet.ts";
import { addStatus } from "./commands/status.ts";
import { addStore } from "./commands/store.ts";
import { EXIT_CODES, failureFor } from "./failure.ts";
import { warnIfShared } from "./key-file.ts";
import { addGlobalOptions, settingsOf } from "./settings.ts";

// A variable that is empty counts as not given.
for (const name of ["SHARE_URL", "SHARE_KEYS"]) if (process.env[name] === "") delete process.env[name];

const program = new Command("share")
  .description("Keep shares of your seeds on a share server, and get them back.")
  .version(project.version)
  .configureHelp({ showGlobalOptions: true })
  .exitOverride()
  // Commander's own messages come back as errors, and are told like all others.
  .configureOutput({ outputError: () => undefined });

addGlobalOptions(program);
program.hook("preAction", (_program, command) => warnIfShared(settingsOf(command)));
const commands = [
  ...[addKeys, addInfo, addStore, addGet, addList, addAudit, addDelete],
  ...[addFallback, addRekey, addLeave],
];
const commandsForBackups = [
  addBackup,
  addRecover,
  addStatus,
  addSheet,
  addRepair,
  addGrow,
  addRotate,
  addForget,
];
const commandsForEnvelopes = [addRequest, addOpen, addInspect];
for (const add of [...commandsForBackups, ...commands, ...commandsForEnvelopes]) add(program);

program.addHelpText(
  "after",
  `${examples("keys new", "store share-1.ur", "list", "audit", "get -o shares", "fallback set alice@example.com")}
The server's identity is remembered at the first contact, in servers.json beside your keys. To be sure of the
first contact too, give the server's XID document with --server.

Exit codes:
  0   done
  ${EXIT_CODES.refused}   the server refused
  ${EXIT_CODES.usage}   wrong usage, or a file that can't be read or written
  ${EXIT_CODES.unreachable}   the server can't be reached, or can't answer now
  ${EXIT_CODES.untrusted}   an answer that can't be trusted, or another server than the known one
  ${EXIT_CODES.fault}  a fault of this program
`,
);

// A reader that has seen enough (`share list | head -1`) is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? 0 : EXIT_CODES.usage);
});

try {
  await program.parseAsync();
} catch (error) {
  const failure = failureFor(error);
  if (failure !== undefined) {
    process.stderr.write(`share: ${printable(failure.message)}\n`);
    process.exitCode = EXIT_CODES[failure.code];
  }
}
