/** `share recover URL…`: a secret comes back on a device that has nothing, by a contact at each server. */
import {
  adoptRecovered,
  endRecovery,
  type LostPlace,
  type ProfileKeeper,
  printable,
  type Recovered,
  type Secret,
  type SheetPlace,
  type UselessPlace,
  uselessPlaces,
} from "@bc/share-client";
import { Argument, type Command } from "commander";
import { addressFrom } from "../arguments.ts";
import { contactAt, fallbackOption, type GivenContacts } from "../backups/contacts.ts";
import { type Codes, codeOption } from "../backups/places.ts";
import { runRecovery } from "../backups/recovery-run.ts";
import { readSheet } from "../backups/sheet-file.ts";
import { askLine } from "../confirm.ts";
import { EXIT_CODES, Failure } from "../failure.ts";
import { writeNewFile } from "../files.ts";
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
};

export function addRecover(program: Command): void {
  addKeyOptions(program.command("recover"))
    .description("get a secret back from the servers that have its shares")
    .addArgument(
      new Argument(
        "[place...]",
        "a recovery sheet (text, page or picture), or servers; one may do, if its share names the others",
      ).default([], "none"),
    )
    .addOption(fallbackOption("the contact that you named for the backup"))
    .option("-o, --output <file>", "where the secret goes; a new file. Default: stdout")
    .option("--name <name>", "what you call the backup on this device", "recovered")
    .addOption(codeOption())
    .addHelpText(
      "after",
      `${examples(
        "recover sheet.html --fallback alice@example.com -o seed.ur",
        "recover https://a.example https://b.example --fallback alice@example.com -o seed.ur",
        "recover                                # goes on: asks for codes, and how it stands",
        "recover --code https://a.example=2MZD-AFYH",
      )}
Every server sends a message to the contact. Type its code, or open its link. As soon as enough shares have come,
the secret is written. Given again, the command goes on where it stopped, also after days.

What has come back is then a backup of this device: \`share status\` tells how it stands, \`share grow --to ADDRESS\` brings
it to more servers again.
`,
    )
    .action(async (given: readonly string[], options: RecoverOptions, command: Command) => {
      const settings = settingsOf(command);
      const keeper = await settings.home.profile();
      await settings.home.chooseKeys(schemesIn(options));
      const reach = reachOf(settings);
      const places = await placesFrom(given);
      const contacts = await contactsFor(keeper, places, options);
      const recovered = await runRecovery(keeper, reach, {
        lost: lostPlaces(places, contacts),
        codes: options.code,
        contactAt: (url) => {
          const known = keeper.read().recovery?.places ?? [];
          return (
            contactAt(url, [url, ...known.map((place) => place.url)], contacts) ?? known[0]?.contact ?? ""
          );
        },
      });
      tellUseless(keeper);
      if (recovered.length === 0) return tellWaiting(keeper, settings);
      await output(recovered, options.output, settings.json);
      await adoptRecovered(keeper, options.name);
      await endRecovery(keeper);
    });
}

type GivenPlace = Partial<Pick<SheetPlace, "server" | "contact">> & { readonly url: string };

/** What is no address is the file of a sheet. */
async function placesFrom(given: readonly string[]): Promise<readonly GivenPlace[]> {
  const places: GivenPlace[] = [];
  for (const text of given) {
    if (/^https?:/i.test(text)) places.push({ url: addressFrom(text) });
    else places.push(...(await readSheet(text)).places);
  }
  return places;
}

/** Those given, or the one that is asked for at the terminal. None: each place has its own, or a recovery is under way. */
async function contactsFor(
  keeper: ProfileKeeper,
  places: readonly GivenPlace[],
  { fallback = [] }: RecoverOptions,
): Promise<GivenContacts> {
  const isUnderWay = keeper.read().recovery !== undefined;
  if (places.length === 0 && !isUnderWay) {
    throw new Failure("usage", "no recovery is under way; name the servers");
  }
  const urls = places.map(({ url }) => url);
  if (places.every(({ url, contact }) => (contactAt(url, urls, fallback) ?? contact) !== undefined)) {
    return fallback;
  }
  const typed = process.stdin.isTTY
    ? (await askLine("The contact that you named for the backup: "))?.trim()
    : undefined;
  if (!typed) throw new Failure("usage", "name the contact, with --fallback");
  return [...fallback, typed];
}

function lostPlaces(places: readonly GivenPlace[], contacts: GivenContacts): readonly LostPlace[] {
  const urls = places.map(({ url }) => url);
  return places.map((place) => ({
    ...place,
    contact: contactAt(place.url, urls, contacts) ?? place.contact ?? "",
  }));
}

const USELESS: Readonly<Record<UselessPlace["why"], string>> = {
  none: "the account has come, and holds no share",
  wrong: "its share is not the one that it was given; it is passed over",
  other: "its share fits none of the others: it is of another backup, or an old one",
};

/** What has come from where, and does not help. */
function tellUseless(keeper: ProfileKeeper): void {
  for (const { url, why } of uselessPlaces(keeper)) {
    tell(`${url}: ${USELESS[why]}`);
  }
}

function tellWaiting(keeper: ProfileKeeper, settings: Settings): void {
  const places = (keeper.read().recovery?.places ?? []).map(({ url, contact, effective, shares }) => ({
    url,
    contact,
    state: shares === undefined ? (effective === undefined ? "asked" : "waiting") : "come",
    ...(shares === undefined && effective !== undefined && { effective }),
    shares: shares?.length ?? 0,
  }));
  process.exitCode = EXIT_CODES.unreachable;
  if (settings.json) printJSON({ recovered: [], places });
  else {
    printWaiting(places);
    printLine(`Not enough shares yet. Go on with: ${hint(settings, "recover")}`);
  }
}

type Waiting = {
  readonly url: string;
  readonly contact: string;
  readonly state: string;
  readonly effective?: string;
  readonly shares: number;
};

function printWaiting(places: readonly Waiting[]): void {
  const width = Math.max(...places.map(({ url }) => url.length), 0);
  for (const place of places) printLine(`${place.url.padEnd(width)}  ${standing(place)}`);
}

function standing({ contact, state, effective, shares }: Waiting): string {
  if (state === "come") return `the account has come, with ${shares} ${shares === 1 ? "share" : "shares"}`;
  if (effective !== undefined) return `confirmed; the account comes at ${new Date(effective).toUTCString()}`;
  return `asked; if an account has the contact ${printable(contact)}, a message went there`;
}

async function output(
  recovered: readonly Recovered[],
  path: string | undefined,
  json: boolean,
): Promise<void> {
  if (json) {
    const secrets = recovered.map(({ envelope, from }) => ({ envelope: envelope.urString(), from }));
    return printJSON({ recovered: secrets });
  }
  const [first, ...others] = recovered;
  if (first === undefined) return;
  if (others.length > 0 && path === undefined) {
    throw new Failure("usage", `${recovered.length} secrets have come; name a file for them with -o`);
  }
  if (path === undefined) return void process.stdout.write(bytesOf(first.secret));
  for (const [index, { secret, from }] of recovered.entries()) {
    const name = index === 0 ? path : `${path}-${index + 1}`;
    await writeNewFile(name, bytesOf(secret));
    printLine(`${printable(name)}  from ${from.join(", ")}`);
  }
}

/** A UR is a line of text. */
function bytesOf(secret: Secret): Uint8Array {
  return typeof secret === "string" ? new TextEncoder().encode(`${secret}\n`) : secret;
}
