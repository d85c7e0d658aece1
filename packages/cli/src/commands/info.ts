/** `share info` */

import { bytewordsIdentifier } from "@bc/envelope";
import { fetchInfo, printable } from "@bc/share-client";
import { documentToUR } from "@bc/share-protocol";
import type { Command } from "commander";
import { presentServer } from "../connect.ts";
import { printJSON, printRows } from "../output.ts";
import { endpointOf } from "../reach.ts";
import { settingsOf } from "../settings.ts";
import { examples } from "./examples.ts";

export function addInfo(program: Command): void {
  program
    .command("info")
    .description("show what the server says about itself, and that it is the one known here")
    .addHelpText("after", examples("info", "info --url https://shares.example.com"))
    .action(async (_options: unknown, command: Command) => {
      const settings = settingsOf(command);
      const { xid, document } = await presentServer(settings);
      const [ur, words] = [documentToUR(document), bytewordsIdentifier(xid.data)];
      const info = await fetchInfo(endpointOf(settings));
      if (settings.json) {
        printJSON({ url: settings.url, xid: xid.hex(), words, document: ur, info });
        return;
      }
      printRows([
        ["address", settings.url],
        ["XID", xid.hex()],
        ["words", words],
        ["document", ur],
        ...rowsOf("", info),
      ]);
    });
}

/** Every value in the JSON with its path, whatever a server of another version has there. */
function rowsOf(path: string, value: unknown): readonly (readonly [string, string])[] {
  if (Array.isArray(value)) return [[printable(path), printable(value.map(String).join(", "))]];
  if (typeof value !== "object" || value === null) return [[printable(path), printable(String(value))]];
  return Object.entries(value)
    .filter(([name]) => path !== "" || name !== "xid")
    .flatMap(([name, item]) => rowsOf(path === "" ? name : `${path}.${name}`, item));
}
