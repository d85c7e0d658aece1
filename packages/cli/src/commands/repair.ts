/** `share repair`: another server in the place of one. */
import { bytewordsIdentifier, type XID } from "@bc/envelope";
import { beginRepair, findAccount, type ProfileKeeper } from "@bc/share-client";
import { documentFromUR, readDocument } from "@bc/share-protocol";
import { type Command, Option } from "commander";
import { addressFrom } from "../arguments.ts";
import { type ChangeOptions, carryOut } from "../backups/carry-out.ts";
import { type BackupOption, backupOption, keptBackup } from "../backups/chosen-backup.ts";
import { fallbackOption } from "../backups/contacts.ts";
import { codeOption } from "../backups/places.ts";
import { Failure, orUsage } from "../failure.ts";
import { addKeyOptions, type KeyOptions, schemesIn } from "../key-options.ts";
import { reachOf } from "../reach.ts";
import { settingsOf } from "../settings.ts";
import { tell } from "../tell.ts";
import { examples } from "./examples.ts";

type RepairOptions = BackupOption &
  ChangeOptions &
  KeyOptions & { readonly replace?: string; readonly with?: string };

export function addRepair(program: Command): void {
  addKeyOptions(program.command("repair"))
    .description("put another server in the place of one that is gone, or that you trust no longer")
    .addOption(
      new Option("--replace <address>", "the server that is to have no share").argParser(addressFrom),
    )
    .addOption(new Option("--with <address>", "the server that gets one").argParser(addressFrom))
    .addOption(fallbackOption("the contact at the new server (default: the one of the others)"))
    .option("--give-up", "ask no more for old shares to be deleted where a server does not do it")
    .addOption(backupOption())
    .addOption(codeOption())
    .addHelpText(
      "after",
      `${examples(
        "repair --replace https://c.example --with https://d.example",
        "repair --replace https://c.example --with https://c.example   # it was built anew there",
        "repair                                 # stores what is missing, deletes what is left",
      )}
All servers get shares of a new key, so that what the old server has is worth nothing. The old shares are deleted only
after a quorum of new ones is proven. Given again, the command goes on where it stopped. A server that is gone can't
delete its old share; --give-up ends the asking. What is left there is of use only with as many old shares as it took.

A server that was built anew at its address, or has lost your account or share, can take its own place: name it twice.
Ask its operator before you do that for a server that is another one now.
`,
    )
    .action(async (options: RepairOptions, command: Command) => {
      const { replace, with: url } = options;
      if ((replace === undefined) !== (url === undefined)) {
        throw new Failure("usage", "name both: the old server with --replace, and the new one with --with");
      }
      const settings = settingsOf(command);
      const keeper = await settings.home.profile();
      await settings.home.chooseKeys(schemesIn(options));
      const name = keptBackup(keeper, options, settings);
      if (replace !== undefined && url !== undefined) {
        const before = serverAt(keeper, url);
        await orUsage(() => beginRepair(keeper, name, { replace, by: { url } }, reachOf(settings)));
        tellChange(url, before, serverAt(keeper, url));
      }
      await carryOut(keeper, name, options, settings);
    });
}

function serverAt(keeper: ProfileKeeper, url: string): XID | undefined {
  const account = findAccount(keeper.read(), url);
  return account && readDocument(documentFromUR(account.server)).xid;
}

function tellChange(url: string, before: XID | undefined, now: XID | undefined): void {
  if (before === undefined || now === undefined || now.equals(before)) return;
  const [old, other] = [before, now].map(({ data }) => bytewordsIdentifier(data));
  tell(`${url}: ${old} is gone; ${other} is there now, and gets a share`);
}
