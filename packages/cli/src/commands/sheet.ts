/** `share sheet`: what to keep on paper for the day when every device is lost. */
import { modulesOf, printable, recoverySheetOf, recoverySheetText, sheetToEnvelope } from "@bc/share-client";
import type { Command } from "commander";
import { type BackupOption, backupOption, keptBackup } from "../backups/chosen-backup.ts";
import { sheetFileFrom, writeSheet } from "../backups/sheet-file.ts";
import { halfBlocks } from "../half-blocks.ts";
import { printJSON, printLine } from "../output.ts";
import { settingsOf } from "../settings.ts";
import { examples } from "./examples.ts";

type SheetOptions = BackupOption & { readonly contacts?: true };

export function addSheet(program: Command): void {
  program
    .command("sheet")
    .description("write the recovery sheet of a backup: where its shares are, and nothing secret")
    .argument(
      "[file]",
      "sheet.html to print, sheet.png for the QR code, or sheet.txt (default: text to stdout)",
      sheetFileFrom,
    )
    .option("--contacts", "put the contacts on it, and not only what kind they are")
    .addOption(backupOption())
    .addHelpText(
      "after",
      `${examples("sheet sheet.html", "sheet", "recover sheet.html                   # on a device that has nothing")}
With the sheet, \`share recover\` knows the servers' addresses, and takes no other servers for them.
`,
    )
    .action(async (file: string | undefined, options: SheetOptions, command: Command) => {
      const settings = settingsOf(command);
      const keeper = await settings.home.profile();
      const sheet = recoverySheetOf(keeper, keptBackup(keeper, options, settings), options);
      const ur = sheetToEnvelope(sheet).urString();
      if (file !== undefined) await writeSheet(file, sheet);
      if (settings.json) {
        const places = sheet.places.map(({ server, ...place }) => ({ ...place, server: server.hex() }));
        printJSON({ ...sheet, places, envelope: ur });
      } else if (file !== undefined) {
        const { length } = sheet.places;
        printLine(
          `${printable(file)}  ${length} ${length === 1 ? "server" : "servers"}; it takes ${sheet.quorum}`,
        );
      } else {
        if (process.stdout.isTTY) for (const line of halfBlocks(modulesOf(ur.toUpperCase()))) printLine(line);
        process.stdout.write(recoverySheetText(sheet));
      }
    });
}
