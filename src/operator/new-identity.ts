import { resolve } from "node:path";
import { documentToUR } from "@bc/share-protocol";
import type { Command } from "commander";
import { changeKeysFile } from "../node/server-keys-file.ts";
import { changeServerKeys, openServerKeys, type ServerKeys, writeServerKeys } from "../server/server-keys.ts";
import { configuration, print } from "./command.ts";

/**
 * `new-identity`: new keys for the server under its XID, signed by the present ones. With the keys in the environment it
 * prints what to put there, since it cannot.
 */
export function addNewIdentity(program: Command): void {
  program
    .command("new-identity")
    .description("give the server new keys under its XID, signed by the present ones")
    .addHelpText(
      "after",
      `
Examples:
  $ share-server new-identity
  $ SERVER_PRIVATE_KEYS=… share-server new-identity > server-keys.env
  $ IDENTITY_SCHEME=mldsa65+mlkem768 share-server new-identity     # keys that withstand quantum computers

Changes server-keys.ur in DATA_DIR. With SERVER_PRIVATE_KEYS in the environment it changes nothing, and prints a new value.
The server takes the new keys when it starts again; all servers of one database have to start again together. Wallets follow
by themselves. Old keys open requests for IDENTITY_GRACE (30 days), and then leave the file. If they were stolen, start the
server with IDENTITY_GRACE=0.
`,
    )
    .action(async () => {
      const config = configuration();
      const { DATA_DIR, SERVER_PRIVATE_KEYS: given, IDENTITY_GRACE: grace, IDENTITY_SCHEME: scheme } = config;
      const now = new Date();
      if (given !== undefined) {
        const changed = await changeServerKeys(given, now, grace, scheme);
        print(`SERVER_PRIVATE_KEYS=${writeServerKeys(changed, ",")}`);
        return await tell(changed, grace, "put this value in the place of the old one");
      }
      const folder = resolve(DATA_DIR);
      const changed = await changeKeysFile(folder, (keys) => changeServerKeys(keys, now, grace, scheme));
      if (changed === undefined) return;
      const { identity, document } = await openServerKeys(changed, grace);
      print(identity.xid.hex());
      print(documentToUR(document));
      await tell(changed, grace, `the new keys are in ${folder}: back them up`);
    });
}

/** On stderr: stdout may go to a file of the environment. */
async function tell(keys: ServerKeys, grace: number, first: string): Promise<void> {
  const { retired } = await openServerKeys(keys, grace);
  const until = retired[0]?.until.toISOString();
  process.stderr.write(
    `share-server: ${first}, and start the server again. Requests to the old keys are opened until ${until}\n`,
  );
}
