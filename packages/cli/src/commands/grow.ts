/** `share grow`: more servers for a backup. */
import {
  backupNamed,
  beginRotation,
  growBackup,
  type ProfileKeeper,
  type Reach,
  serversOf,
} from "@bc/share-client";
import { type Command, Option } from "commander";
import { type ChangeOptions, carryOut } from "../backups/carry-out.ts";
import { type BackupOption, backupOption, keptBackup } from "../backups/chosen-backup.ts";
import { fallbackOption } from "../backups/contacts.ts";
import { addressesFrom, codeOption } from "../backups/places.ts";
import { countFrom } from "../backups/plan-arguments.ts";
import { Failure, orUsage } from "../failure.ts";
import { addKeyOptions, type KeyOptions, schemesIn } from "../key-options.ts";
import { reachOf } from "../reach.ts";
import { settingsOf } from "../settings.ts";
import { examples } from "./examples.ts";

type GrowOptions = BackupOption &
  ChangeOptions &
  KeyOptions & { readonly to: readonly string[]; readonly threshold?: number };

export function addGrow(program: Command): void {
  addKeyOptions(program.command("grow"))
    .description("give shares of a backup to more servers")
    .addOption(
      new Option("--to <address>", "a server more; once for each")
        .argParser(addressesFrom)
        .makeOptionMandatory(),
    )
    .addOption(
      new Option(
        "--threshold <number>",
        "how many shares it takes, where new ones have to be made (default: more than half)",
      ).argParser(countFrom),
    )
    .addOption(fallbackOption("the contact at the new servers (default: the one of the others)"))
    .addOption(backupOption())
    .addOption(codeOption())
    .addHelpText(
      "after",
      `${examples("grow --to https://d.example --to https://e.example")}
Where \`share backup --grow 3of5\` has prepared shares, the new servers get them, and the first ones are not asked. The
first, smaller set of shares stays good until \`share rotate\` gives it up. Elsewhere all servers get new shares. Given
again, the command goes on where it stopped.
`,
    )
    .action(async (options: GrowOptions, command: Command) => {
      const settings = settingsOf(command);
      const keeper = await settings.home.profile();
      await settings.home.chooseKeys(schemesIn(options));
      const reach = reachOf(settings);
      const name = keptBackup(keeper, options, settings);
      const added = options.to.map((url) => ({ url }));
      const isPrepared = options.threshold === undefined && (await growBackup(keeper, name, added, reach));
      if (!isPrepared) await orUsage(() => makeAnew(keeper, name, options, reach));
      await carryOut(keeper, name, options, settings);
    });
}

/** New shares for the servers there are and those that are added. */
async function makeAnew(
  keeper: ProfileKeeper,
  name: string,
  { to, threshold }: GrowOptions,
  reach: Reach,
): Promise<void> {
  const backup = backupNamed(keeper, name);
  if (backup.sets.some(({ plan }) => plan.groups.length > 1)) {
    throw new Failure("usage", "only a backup of one group can grow");
  }
  const urls = [...new Set([...serversOf(backup), ...to])];
  const groups = [{ threshold: threshold ?? Math.floor(urls.length / 2) + 1, count: urls.length }];
  const places = urls.map((url) => ({ url }));
  await beginRotation(keeper, name, { places, plan: { groupThreshold: 1, groups } }, reach);
}
