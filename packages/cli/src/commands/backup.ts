/** `share backup FILE`: one secret, in shares at several servers. */
import type { SplitPlan } from "@bc/envelope";
import {
  atEach,
  auditBackup,
  type Backup,
  backupNamed,
  beginBackup,
  confirmContact,
  findAccount,
  isUR,
  nameContact,
  type ProfileKeeper,
  printable,
  type Secret,
  serversOf,
  storeBackup,
} from "@bc/share-client";
import { type Command, InvalidArgumentError, Option } from "commander";
import { Failure } from "../failure.ts";
import { readInput } from "../files.ts";
import { printJSON, printLine } from "../output.ts";
import { addressesFrom, type Codes, codeFor, codeOption, tellFailures } from "../places.ts";
import { openProfile } from "../profile-file.ts";
import { settingsOf } from "../settings.ts";
import { examples } from "./examples.ts";

type BackupCommandOptions = {
  readonly to: readonly string[];
  readonly threshold?: number;
  readonly groups?: SplitPlan["groups"];
  readonly groupThreshold?: number;
  readonly fallback?: string;
  readonly hints: boolean;
  readonly name: string;
  readonly code: Codes;
};

const DEFAULT_THRESHOLD = 2;

export function addBackup(program: Command): void {
  program
    .command("backup")
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
    .option("--fallback <contact>", "by which you get in at every server when this device is lost")
    .option("--no-hints", "keep the first share from telling where the others are")
    .option("--name <name>", "what you call this backup", "backup")
    .addOption(codeOption())
    .addHelpText(
      "after",
      `${examples(
        "backup seed.ur --to https://a.example --to https://b.example --to https://c.example \\",
        "    --fallback alice@example.com",
      ).replace("\n  $ share     --", "\n        --")}
Each server gets keys of its own. Given again, the command goes on where it stopped. Get the secret back with
\`share recover\`; write down the servers' addresses for that day.
`,
    )
    .action(async (file: string | undefined, options: BackupCommandOptions, command: Command) => {
      const settings = settingsOf(command);
      const keeper = await openProfile(settings);
      const { name } = options;
      if (!keeper.read().backups.some((backup) => backup.name === name)) await begin(keeper, file, options);
      tellFailures(await storeBackup(keeper, name));
      const servers = serversOf(backupNamed(keeper, name));
      if (options.fallback !== undefined) await nameContacts(keeper, servers, options.fallback, options.code);
      const proven = await provenAt(keeper, name);
      const backup = backupNamed(keeper, name);
      const rows = servers.map((url) => rowOf(keeper, backup, url, proven));
      if (settings.json)
        printJSON({ name, created: backup.created, plan: backup.sets[0]?.plan, places: rows });
      else printSummary(name, rows);
    });
}

async function begin(keeper: ProfileKeeper, file: string | undefined, options: BackupCommandOptions) {
  const { to: urls, name, hints } = options;
  if (file === undefined)
    throw new Failure("usage", `there is no backup ${name}; name the file with the secret`);
  if (urls.length === 0) throw new Failure("usage", "name the servers, each with --to");
  const places = urls.map((url) => ({ url }));
  try {
    await beginBackup(keeper, { name, secret: await readSecret(file), places, plan: planOf(options), hints });
  } catch (error) {
    throw error instanceof RangeError ? new Failure("usage", error.message, { cause: error }) : error;
  }
}

/** The contact of every account that has none yet: named, and confirmed where its code is at hand. */
async function nameContacts(
  keeper: ProfileKeeper,
  urls: readonly string[],
  contact: string,
  codes: Codes,
): Promise<void> {
  // One after the other: the person types one code at a time.
  for (const place of urls.map((url) => ({ url }))) {
    const outcome = await atEach([place], async ({ url }) => {
      const confirmed = await nameContact(keeper, url, contact);
      if (!confirmed) await confirmContact(keeper, url, await codeFor(url, codes));
    });
    tellFailures(outcome);
  }
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

type Row = {
  readonly url: string;
  readonly stored: boolean;
  readonly proven: boolean;
  readonly contact: string | null;
  readonly confirmed: boolean;
};

/** The servers that prove that they have their share. What those without one lack has been told already. */
async function provenAt(keeper: ProfileKeeper, name: string): Promise<readonly string[]> {
  const audited = await auditBackup(keeper, name);
  tellFailures(audited.filter((outcome) => "value" in outcome || !(outcome.error instanceof RangeError)));
  return audited.filter((outcome) => "value" in outcome).map(({ url }) => url);
}

function rowOf(keeper: ProfileKeeper, { sets }: Backup, url: string, proven: readonly string[]): Row {
  const account = findAccount(keeper.read(), url);
  const places = sets.flatMap((set) => set.places).filter((place) => place.url === url);
  return {
    url,
    stored: places.every(({ receipt }) => receipt !== undefined),
    proven: proven.includes(url),
    contact: account?.contact ?? null,
    confirmed: account?.confirmed === true,
  };
}

function printSummary(name: string, rows: readonly Row[]): void {
  const width = Math.max(...rows.map(({ url }) => url.length));
  for (const { url, stored, proven, contact, confirmed } of rows) {
    const share = proven ? "has its share, proven" : stored ? "does not prove its share" : "no share yet";
    const way =
      contact === null
        ? "no contact"
        : `${printable(contact)} ${confirmed ? "confirmed" : "not confirmed yet"}`;
    printLine(`${url.padEnd(width)}  ${share}; ${way}`);
  }
  if (rows.every(({ stored }) => stored)) return;
  printLine(`Not all servers have their share. Go on with: share backup --name ${printable(name)}`);
}

function countFrom(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1 || count > 16) throw new InvalidArgumentError("From 1 to 16.");
  return count;
}

function groupsFrom(text: string): SplitPlan["groups"] {
  return text.split(",").map((group) => {
    const [, threshold = "", count = ""] = /^(\d+)-?of-?(\d+)$/.exec(group.trim()) ?? [];
    if (threshold === "") throw new InvalidArgumentError("The form is 2of3,1of1.");
    return { threshold: countFrom(threshold), count: countFrom(count) };
  });
}
