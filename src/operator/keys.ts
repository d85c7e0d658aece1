import { resolve } from "node:path";
import { documentToUR } from "@bc/share-protocol";
import type { Command } from "commander";
import { loadSecrets } from "../node/secrets.ts";
import { openServerKeys } from "../server/server-keys.ts";
import { configuration, print } from "./command.ts";

/** `keys`: prints the server's public identity, for wallets that want to know it beforehand. Makes no keys. */
export function addKeys(program: Command): void {
  program
    .command("keys")
    .description("print the server's XID and its public XID document")
    .action(async () => {
      const config = configuration();
      const { SERVER_PRIVATE_KEYS: serverKeys, STORAGE_KEY: storageKey } = config;
      const secrets = loadSecrets(
        resolve(config.DATA_DIR),
        { serverKeys, storageKey },
        "it is made when the server starts",
      );
      const { identity, document } = await openServerKeys(secrets.serverKeys, config.IDENTITY_GRACE);
      print(identity.xid.hex());
      print(documentToUR(document));
    });
}
