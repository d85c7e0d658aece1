/** `share list` */

import { bytewordsIdentifier } from "@bc/envelope";
import type { Command } from "commander";
import { withClient } from "../connect.ts";
import { printJSON, printLine } from "../output.ts";
import { settingsOf } from "../settings.ts";
import { examples } from "./examples.ts";

export function addList(program: Command): void {
  program
    .command("list")
    .description("list your shares: receipt, and size in bytes")
    .addHelpText("after", examples("list", "list --json"))
    .action(async (_options: unknown, command: Command) => {
      const settings = settingsOf(command);
      const shares = await withClient(settings, (client) => client.retrieveShares());
      const rows = shares
        .map(({ receipt, data }) => ({
          receipt: receipt.hex(),
          words: bytewordsIdentifier(receipt.data),
          size: data.length,
        }))
        .sort((a, b) => (a.receipt < b.receipt ? -1 : 1));
      if (settings.json) printJSON(rows);
      else for (const { receipt, size } of rows) printLine(`${receipt}  ${size}`);
    });
}
