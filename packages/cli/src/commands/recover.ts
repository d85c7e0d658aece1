/** `share recover URL…`: a secret comes back on a device that has nothing, by a contact at each server. */
import { resolve } from "node:path";
import {
  adoptRecovered,
  aimRecovery,
  backupsThatCame,
  endRecovery,
  findAccount,
  giveUpRecovery,
  isRecoveryWhole,
  type LostPlace,
  type ProfileKeeper,
  printable,
  type SheetPlace,
  takeRecovered,
  type WantedBackup,
} from "@bc/share-client";
import { Argument, type Command } from "commander";
import { addressFrom } from "../arguments.ts";
import { contactAt, fallbackOption, type GivenContacts, ownContactAt } from "../backups/contacts.ts";
import { type Codes, codeOption } from "../backups/places.ts";
import { tellOthers, tellUnadopted, tellUseless, tellWaiting } from "../backups/recovery-report.ts";
import { runRecovery } from "../backups/recovery-run.ts";
import { readSheet } from "../backups/sheet-file.ts";
import { isWhole, outputSecrets } from "../backups/what-came.ts";
import { askLine } from "../confirm.ts";
import { Failure } from "../failure.ts";
import { hint } from "../hint.ts";
import { addKeyOptions, type KeyOptions, schemesIn } from "../key-options.ts";
import { printJSON, printLine } from "../output.ts";
import { reachOf } from "../reach.ts";
import { type Settings, settingsOf } from "../settings.ts";
import { tell } from "../tell.ts";
import { examples } from "./examples.ts";

type RecoverOptions = KeyOptions & {
  readonly fallback?: GivenContacts;
  readonly output?: string;
  readonly name: string;
  readonly code: Codes;
  readonly all?: true;
  readonly giveUp?: true;
};

export function addRecover(program: Command): void {
  addKeyOptions(program.command("recover"))
    .description("get a secret back from the servers that have its shares")
    .addArgument(
      new Argument(
        "[place...]",
        "a recovery sheet (text, page or picture), or servers; the first of the backup may do, as its share names the others",
      ).default([], "none"),
    )
    .addOption(fallbackOption("the contact that you named for the backup"))
    .option(
      "-o, --output <file>",
      "where the secret goes; a new file, remembered when you go on. Default: stdout",
    )
    .option("--all", "write every backup that has come, also those that the sheet does not name")
    .option("--give-up", "end the recovery that is under way; accounts that have come stay")
    .option("--name <name>", "what you call the backup on this device", "recovered")
    .addOption(codeOption())
    .addHelpText(
      "after",
      `${examples(
        "recover sheet.html --fallback alice@example.com -o seed.ur",
        "recover https://a.example https://b.example --fallback alice@example.com -o seed.ur",
        "recover                                # goes on: asks for codes, and how it stands",
        "recover --code https://a.example=2MZD-AFYH",
        "recover --fallback alice@example.com   # corrects the contact where it is not confirmed",
      )}
Every server sends a message to the contact. Type its code, or open its link. As soon as enough shares have come,
the secret is written. Given again, the command goes on where it stopped, also after days.

With a sheet, the command waits for the backup that the sheet names, and tells of others that have come. Without one the
first that has enough shares is written, and the recovery goes on if shares of another have come. Several at once get a
file each, FILE-SHARESET.

What has come back is then a backup of this device: \`share status\` tells how it stands, \`share grow --to ADDRESS\` brings
it to more servers again.
`,
    )
    .action(async (given: readonly string[], options: RecoverOptions, command: Command) => {
      const settings = settingsOf(command);
      const keeper = await settings.home.profile();
      if (options.giveUp) return giveUp(keeper, settings);
      await settings.home.chooseKeys(schemesIn(options));
      const { places, wanted } = await aimsIn(given);
      const contacts = await contactsFor(keeper, places, options);
      const lost = lostPlaces(keeper, places, contacts);
      expectKnown(keeper, lost, options.code);
      const before = knownPlaces(keeper);
      if (before.length === 0) await endRecovery(keeper);
      const { output } = options;
      await aimRecovery(keeper, { wanted, output: output === undefined ? undefined : resolve(output) });
      const urls = [...new Set([...lost, ...before].map(({ url }) => url))];
      const failed = await runRecovery(keeper, reachOf(settings), {
        lost,
        codes: options.code,
        isPatient: options.all === true,
        newContactAt: (url) => newContactAt(url, lost, urls, options.fallback),
        contactAt: (url) => contactAt(url, [url, ...urls], contacts) ?? knownPlaces(keeper)[0]?.contact ?? "",
      });
      await conclude(keeper, { failed, lost }, options, settings);
    });
}

/** Where servers are named, a contact for all is for those: one that is under way may have another. */
function newContactAt(
  url: string,
  lost: readonly LostPlace[],
  urls: readonly string[],
  given: GivenContacts = [],
): string | undefined {
  const isMeant = lost.length === 0 || lost.some((place) => place.url === url);
  return isMeant ? contactAt(url, urls, given) : ownContactAt(url, urls, given);
}

/** Hands out what was asked for, and ends the recovery when all of that has come. */
async function conclude(
  keeper: ProfileKeeper,
  { failed, lost }: { readonly failed: ReadonlySet<string>; readonly lost: readonly LostPlace[] },
  options: RecoverOptions,
  settings: Settings,
): Promise<void> {
  tellUseless(keeper);
  const { wanted = [], taken = [], output } = keeper.read().recovery ?? {};
  const came = backupsThatCame(keeper);
  const isNamed = wanted.length > 0;
  const isDone = isRecoveryWhole(keeper);
  const fresh = came.filter(isWhole).filter(({ isTaken }) => !isTaken);
  const meant = isNamed && !options.all ? fresh.filter((one) => one.wanted !== undefined) : fresh;
  if (meant.length === 0 || (!isDone && !options.all)) {
    const unmet = lost.filter(({ url }) => !knownPlaces(keeper).some((place) => place.url === url));
    return tellWaiting(keeper, came, { failed, unmet }, settings);
  }
  const others = came.filter((one) => !one.isTaken && !meant.some(({ id }) => id === one.id));
  await outputSecrets(meant, {
    path: options.output ?? output,
    json: settings.json,
    others: others.filter(isWhole),
    isForAnother:
      (taken.length > 0 && options.output === undefined) ||
      (isNamed && meant.every((one) => one.wanted === undefined)),
  });
  tellOthers(others, settings);
  tellUnadopted(meant, await adoptRecovered(keeper, options.name));
  if (isNamed ? isDone : others.length === 0) return endRecovery(keeper);
  await takeRecovered(
    keeper,
    meant.map(({ recovered }) => recovered),
  );
  tell(`the recovery goes on for what is missing; ${hint(settings, "recover --give-up")} ends it`);
}

async function giveUp(keeper: ProfileKeeper, settings: Settings): Promise<void> {
  const asked = knownPlaces(keeper);
  if (keeper.read().recovery === undefined) throw new Failure("usage", "no recovery is under way");
  const missing = await giveUpRecovery(keeper);
  const places = asked.map(({ url }) => ({ url, come: !missing.includes(url) }));
  if (settings.json) return printJSON({ places });
  const width = Math.max(...places.map(({ url }) => url.length), 0);
  for (const { url, come } of places) {
    printLine(`${printable(url.padEnd(width))}  ${come ? "its account stays in the profile" : "given up"}`);
  }
}

function knownPlaces(keeper: ProfileKeeper) {
  return keeper.read().recovery?.places ?? [];
}

/** @throws {Failure} `usage` for the code of a server that is not asked: it may be meant for another one. */
function expectKnown(keeper: ProfileKeeper, lost: readonly LostPlace[], codes: Codes): void {
  const urls = [...lost, ...knownPlaces(keeper)].map(({ url }) => url);
  const unknown = Object.keys(codes).find((url) => !urls.includes(url));
  if (unknown === undefined) return;
  throw new Failure(
    "usage",
    `${unknown} is not in this recovery, so there is no code of it; it asks ${urls.join(", ")}`,
  );
}

type GivenPlace = Partial<Pick<SheetPlace, "server" | "contact">> & { readonly url: string };

type Aims = { readonly places: readonly GivenPlace[]; readonly wanted: readonly WantedBackup[] };

/** What is no address is the file of a sheet. */
async function aimsIn(given: readonly string[]): Promise<Aims> {
  const places: GivenPlace[] = [];
  const wanted: WantedBackup[] = [];
  for (const text of given) {
    if (/^https?:/i.test(text)) {
      places.push({ url: addressFrom(text) });
      continue;
    }
    const { name, quorum, shareSets, places: named } = await readSheet(text);
    places.push(...named);
    // Sheets of earlier versions say nothing by which their backup could be known.
    if (shareSets.length > 0) wanted.push({ name, quorum, shareSets });
  }
  return { places, wanted };
}

/** Those given, or the one that is asked for at the terminal. None: each place has its own, or a recovery is under way. */
async function contactsFor(
  keeper: ProfileKeeper,
  places: readonly GivenPlace[],
  { fallback = [] }: RecoverOptions,
): Promise<GivenContacts> {
  const isUnderWay = knownPlaces(keeper).length > 0;
  if (places.length === 0 && !isUnderWay) {
    throw new Failure("usage", "no recovery is under way; name the servers");
  }
  const urls = places.map(({ url }) => url);
  if (
    places.every(
      (place) => (contactAt(place.url, urls, fallback) ?? knownContact(keeper, place)) !== undefined,
    )
  ) {
    return fallback;
  }
  const typed = process.stdin.isTTY
    ? (await askLine("The contact that you named for the backup: "))?.trim()
    : undefined;
  if (!typed) throw new Failure("usage", "name the contact, with --fallback");
  return [...fallback, typed];
}

function lostPlaces(
  keeper: ProfileKeeper,
  places: readonly GivenPlace[],
  contacts: GivenContacts,
): readonly LostPlace[] {
  const urls = places.map(({ url }) => url);
  return places.map((place) => ({
    ...place,
    contact: contactAt(place.url, urls, contacts) ?? knownContact(keeper, place) ?? "",
  }));
}

/** The contact of the recovery that is under way, of the sheet, or of the account that the profile has there. */
function knownContact(keeper: ProfileKeeper, { url, contact }: GivenPlace): string | undefined {
  const place = knownPlaces(keeper).find((one) => one.url === url);
  return place?.contact ?? contact ?? findAccount(keeper.read(), url)?.contact;
}
