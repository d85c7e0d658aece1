/** `share rotate`: new shares of a new key, at the same servers. */
import { beginRotation } from "@bc/share-client";
import type { Command } from "commander";
import { type ChangeOptions, carryOut } from "../backups/carry-out.ts";
import { type BackupOption, backupOption, keptBackup } from "../backups/chosen-backup.ts";
import { codeOption } from "../backups/places.ts";
import { orUsage } from "../failure.ts";
import { reachOf } from "../reach.ts";
import { settingsOf } from "../settings.ts";
import { examples } from "./examples.ts";

export function addRotate(program: Command): void {
  program
    .command("rotate")
    .description("put shares of a new key in the place of the old ones, at the same servers")
    .addOption(backupOption())
    .addOption(codeOption())
    .addHelpText(
      "after",
      `${examples("rotate", "rotate --backup seed")}
For when somebody may have seen a share, a server has lost its own, or a backup has grown: then the first, smaller set
of shares is given up. The old shares are deleted only after a quorum of new ones is proven. Given again, the command
goes on where it stopped.
`,
    )
    .action(async (options: BackupOption & ChangeOptions, command: Command) => {
      const settings = settingsOf(command);
      const keeper = await settings.home.profile();
      const name = keptBackup(keeper, options, settings);
      await orUsage(() => beginRotation(keeper, name, {}, reachOf(settings)));
      await carryOut(keeper, name, options, settings);
    });
}
