import { resolve } from "node:path";
import { documentToUR, identityOf } from "@bc/share-protocol";
import type { Command } from "commander";
import { loadSecrets } from "../node/secrets.ts";
import { configuration, print } from "./command.ts";

/** `keys`: prints the server's public identity, for wallets that want to know it beforehand. Makes no keys. */
export function addKeys(program: Command): void {
  program
    .command("keys")
    .description("print the server's XID and its public XID document")
    .action(() => {
      const { DATA_DIR, SERVER_PRIVATE_KEYS: privateKeys, STORAGE_KEY: storageKey } = configuration();
      const secrets = loadSecrets(
        resolve(DATA_DIR),
        { privateKeys, storageKey },
        "it is made when the server starts",
      );
      const { xid, document } = identityOf(secrets.privateKeys);
      print(xid.hex());
      print(documentToUR(document));
    });
}
