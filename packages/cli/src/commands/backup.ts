/** `share backup FILE`: one secret, in shares at several servers. */
import type { GroupThreshold, SplitPlan } from "@bc/envelope";
import {
  auditBackup,
  type Backup,
  beginBackup,
  isUR,
  type ProfileKeeper,
  type Reach,
  recoverySheetOf,
  type Secret,
  secretEnvelope,
  serversOf,
  storeBackup,
} from "@bc/share-client";
import { type Command, Option } from "commander";
import { fallbackOption, type GivenContacts } from "../backups/contacts.ts";
import { contactsNamed, nameContacts } from "../backups/name-contacts.ts";
import { addressesFrom, type Codes, codeOption, tellFailures } from "../backups/places.ts";
import { countFrom, groupFrom, groupsFrom } from "../backups/plan-arguments.ts";
import { sheetFileFrom, writeSheet } from "../backups/sheet-file.ts";
import { provenAt, summarize } from "../backups/summary.ts";
import { Failure, orUsage } from "../failure.ts";
import { readInput } from "../files.ts";
import { addKeyOptions, type KeyOptions, schemesIn } from "../key-options.ts";
import { quietly, reachOf } from "../reach.ts";
import { settingsOf } from "../settings.ts";
import { tell, tellStep, tellWarning } from "../tell.ts";
import { examples } from "./examples.ts";

type BackupCommandOptions = KeyOptions & {
  readonly to: readonly string[];
  readonly threshold?: number;
  readonly groups?: SplitPlan["groups"];
  readonly groupThreshold?: number;
  readonly grow?: GroupThreshold;
  readonly fallback?: GivenContacts;
  readonly sheet?: string;
  readonly hints: boolean;
  readonly name: string;
  readonly code: Codes;
};

const DEFAULT_THRESHOLD = 2;

export function addBackup(program: Command): void {
  addKeyOptions(program.command("backup"))
    .description("split a secret into shares, and give one to each of several servers")
    .argument("[file]", "a seed or anything else of up to 4 KB, as a UR or as it is; - for stdin")
    .addOption(
      new Option("--to <address>", "a server; once for each share").argParser(addressesFrom).default([]),
    )
    .addOption(
      new Option(
        "--threshold <number>",
        `how many of the shares bring the secret back (default: ${DEFAULT_THRESHOLD})`,
      )
        .argParser(countFrom)
        .conflicts("groups"),
    )
    .addOption(
      new Option(
        "--groups <list>",
        "shares in groups, such as 2of3,1of1: the servers in that order",
      ).argParser(groupsFrom),
    )
    .addOption(
      new Option("--group-threshold <number>", "how many of the groups it takes (default: all)").argParser(
        countFrom,
      ),
    )
    .addOption(
      new Option(
        "--grow <threshold>",
        "prepare a second, larger split, such as 3of5, for `share grow` one day",
      )
        .argParser(groupFrom)
        .conflicts("groups"),
    )
    .addOption(fallbackOption("by which you get in at every server when this device is lost"))
    .option("--no-hints", "keep the first share from telling where the others are")
    .option("--sheet <file>", "write the recovery sheet: .html to print, .png, or .txt", sheetFileFrom)
    .option("--name <name>", "what you call this backup", "backup")
    .addOption(codeOption())
    .addHelpText(
      "after",
      `${examples(
        "backup seed.ur --to https://a.example --to https://b.example --to https://c.example \\",
        "    --fallback alice@example.com",
      ).replace("\n  $ share     --", "\n        --")}
Each server gets keys of its own. Given again, the command goes on where it stopped. Get the secret back with
\`share recover\`; print the recovery sheet (--sheet sheet.html) for that day, or write down the servers' addresses.
`,
    )
    .action(async (file: string | undefined, options: BackupCommandOptions, command: Command) => {
      const settings = settingsOf(command);
      const keeper = await settings.home.profile();
      await settings.home.chooseKeys(schemesIn(options));
      const reach = reachOf(settings);
      const { name } = options;
      const present = keeper.read().backups.find((backup) => backup.name === name);
      if (present === undefined) await begin(keeper, file, options, reach);
      else await expectSame(present, file, options);
      tellStep("storing a share at each server");
      tellFailures(await storeBackup(keeper, name, reach));
      // Meanwhile, the contacts are named, and the person types codes.
      const audits = auditBackup(keeper, name, quietly(reach));
      const contacts = options.fallback ?? contactsNamed(keeper, name);
      await nameContacts(keeper, name, contacts, options.code, reach);
      if (options.sheet !== undefined) {
        await writeSheet(options.sheet, recoverySheetOf(keeper, name));
        tell(`the recovery sheet is in ${options.sheet}; print it`);
      }
      await summarize(keeper, name, await provenAt(audits), settings);
    });
}

/** Given again, the command is about the same secret, by the same plan, at the same servers. */
async function expectSame(
  present: Backup,
  file: string | undefined,
  options: BackupCommandOptions,
): Promise<void> {
  const { to } = options;
  const servers = serversOf(present);
  const other = to.find((url) => !servers.includes(url));
  if (other !== undefined) {
    throw new Failure(
      "usage",
      `there is a backup ${present.name} already, and ${other} has no part in it: share grow brings it there; call another backup otherwise, with --name`,
    );
  }
  expectSamePlan(present, options);
  if (file === undefined || present.digest === undefined) return;
  const digest = await orUsage(async () => secretEnvelope(await readSecret(file)).digest());
  if (digest.hex() === present.digest) return;
  throw new Failure(
    "usage",
    `there is a backup ${present.name} already, of another secret; call this one otherwise, with --name`,
  );
}

/** What is not said again stays as it is. */
function expectSamePlan(
  { name, sets }: Backup,
  { threshold, groups, groupThreshold, grow }: BackupCommandOptions,
): void {
  const inUse = sets.filter(({ state }) => state !== "retired").map(({ plan }) => plan);
  const plans = inUse.map((plan) => plan.groups);
  const hasGroups = (wanted: SplitPlan["groups"]) => plans.some((plan) => textOf(plan) === textOf(wanted));
  const isSame =
    (threshold === undefined || plans.some(([group]) => group?.threshold === threshold)) &&
    (groups === undefined || hasGroups(groups)) &&
    (groupThreshold === undefined || inUse.some((plan) => plan.groupThreshold === groupThreshold)) &&
    (grow === undefined || hasGroups([grow]));
  if (isSame) return;
  throw new Failure(
    "usage",
    `there is a backup ${name} already, by another plan; call this one otherwise, with --name`,
  );
}

function textOf(groups: SplitPlan["groups"]): string {
  return groups.map(({ threshold, count }) => `${threshold}of${count}`).join();
}

async function begin(
  keeper: ProfileKeeper,
  file: string | undefined,
  options: BackupCommandOptions,
  reach: Reach,
) {
  const { to: urls, name, hints, grow } = options;
  if (file === undefined)
    throw new Failure("usage", `there is no backup ${name}; name the file with the secret`);
  if (urls.length === 0) throw new Failure("usage", "name the servers, each with --to");
  const twice = urls.find((url, at) => urls.indexOf(url) !== at);
  if (twice !== undefined)
    throw new Failure("usage", `${twice} is named twice: each share goes to another server`);
  if ((options.threshold ?? 0) > urls.length) {
    throw new Failure(
      "usage",
      `${options.threshold} shares are to bring it back, of ${urls.length}: name more servers, each with --to`,
    );
  }
  const plan = planOf(options);
  if (urls.length > 1 && plan.groupThreshold === 1 && plan.groups.some(({ threshold }) => threshold === 1)) {
    tellWarning("one share alone brings the secret back: whoever has that server can read it");
  }
  const places = urls.map((url) => ({ url }));
  tellStep("meeting the servers");
  await orUsage(async () => {
    const secret = await readSecret(file);
    await beginBackup(keeper, { name, secret, places, plan, grow, hints }, reach);
  });
}

function planOf({ to, threshold, groups, groupThreshold }: BackupCommandOptions): SplitPlan {
  if (groups !== undefined) return { groupThreshold: groupThreshold ?? groups.length, groups };
  return {
    groupThreshold: 1,
    groups: [{ threshold: threshold ?? Math.min(DEFAULT_THRESHOLD, to.length), count: to.length }],
  };
}

/** A file with one UR holds what the UR stands for; any other file is bytes. */
async function readSecret(file: string): Promise<Secret> {
  const bytes = await readInput(file);
  const text = new TextDecoder().decode(bytes).trim();
  return isUR(text) ? text : new Uint8Array(bytes);
}
