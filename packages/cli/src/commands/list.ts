/** `share list` */

import { bytewordsIdentifier } from "@bc/envelope";
import { printable } from "@bc/share-client";
import type { Command } from "commander";
import { withClient } from "../connect.ts";
import { printJSON, printLine } from "../output.ts";
import { settingsOf } from "../settings.ts";
import { examples } from "./examples.ts";

export function addList(program: Command): void {
  program
    .command("list")
    .description("list your shares: receipt, size in bytes, when it was stored from here, and its label")
    .addHelpText("after", examples("list", "list --json"))
    .action(async (_options: unknown, command: Command) => {
      const settings = settingsOf(command);
      const { shares, known } = await withClient(settings, async (client) => ({
        shares: await client.retrieveShares(),
        known: await settings.home.sharesAt(await client.server()),
      }));
      const rows = shares
        .map(({ receipt, data }) => {
          const { stored, label, backup } = known.find((it) => it.receipt === receipt.hex()) ?? {};
          return {
            receipt: receipt.hex(),
            words: bytewordsIdentifier(receipt.data),
            size: data.length,
            stored: stored ?? null,
            label: label ?? null,
            backup: backup ?? null,
          };
        })
        .sort((a, b) => (a.receipt < b.receipt ? -1 : 1));
      if (settings.json) return printJSON(rows);
      for (const { receipt, size, stored, label, backup } of rows) {
        const about = [label, backup && `backup ${backup}`].filter((text) => text !== null && text !== "");
        const cells = [receipt, String(size), stored?.slice(0, "2026-01-01".length) ?? "", ...about];
        printLine(
          cells
            .map((cell) => printable(String(cell)))
            .join("  ")
            .trimEnd(),
        );
      }
    });
}
