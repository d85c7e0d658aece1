/** `share recover URL…`: a secret comes back on a device that has nothing, by a contact at each server. */
import { bytewordsIdentifier, shortIdentifier } from "@bc/envelope";
import {
  addLostPlaces,
  adoptRecovered,
  askForAccounts,
  atEach,
  confirmAccount,
  endRecovery,
  findAccount,
  hintedPlaces,
  keyOf,
  type LostPlace,
  type PlaceOutcome,
  type ProfileKeeper,
  printable,
  type Reach,
  type Recovered,
  type RecoveryStanding,
  recoveredSecrets,
  type Secret,
  type SheetPlace,
} from "@bc/share-client";
import { Argument, type Command } from "commander";
import { addressFrom } from "../arguments.ts";
import { type Codes, codeFor, codeOption, tellFailures } from "../backups/places.ts";
import { openProfile } from "../backups/profile-file.ts";
import { readSheet } from "../backups/sheet-file.ts";
import { askLine } from "../confirm.ts";
import { EXIT_CODES, Failure } from "../failure.ts";
import { writeNewFile } from "../files.ts";
import { hint } from "../hint.ts";
import { printJSON, printLine } from "../output.ts";
import { reachOf } from "../reach.ts";
import { type Settings, settingsOf } from "../settings.ts";
import { tell } from "../tell.ts";
import { examples } from "./examples.ts";

type RecoverOptions = {
  readonly fallback?: string;
  readonly output?: string;
  readonly name: string;
  readonly code: Codes;
};

export function addRecover(program: Command): void {
  program
    .command("recover")
    .description("get a secret back from the servers that have its shares")
    .addArgument(
      new Argument(
        "[place...]",
        "a recovery sheet (text, page or picture), or servers; one may do, if its share names the others",
      ).default([], "none"),
    )
    .option("--fallback <contact>", "the contact that you named for the backup")
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
      const keeper = await openProfile(settings);
      const reach = reachOf(settings);
      const places = await placesFrom(given);
      const contact = await contactOf(keeper, places, options);
      const lost = places.map((place) => ({
        ...place,
        contact: options.fallback ?? place.contact ?? contact ?? "",
      }));
      let recovered = await advance(keeper, lost, options.code, reach);
      const hinted = recovered.length > 0 ? [] : hintedPlaces(keeper);
      if (hinted.length > 0) {
        const by = keeper.read().recovery?.places[0]?.contact ?? "";
        for (const { url, server } of hinted) {
          tell(`a share names another server: ${url} (${bytewordsIdentifier(server.data)})`);
        }
        recovered = await advance(
          keeper,
          hinted.map((hint) => ({ ...hint, contact: by })),
          options.code,
          reach,
        );
      }
      if (recovered.length === 0) return tellWaiting(keeper, settings);
      // A failure of a server that was not needed is none of the command's.
      process.exitCode = 0;
      await output(recovered, options.output, settings.json);
      await adoptRecovered(keeper, options.name);
      await endRecovery(keeper);
    });
}

/** Asks the servers, takes the codes that are at hand, and looks what has come. */
async function advance(
  keeper: ProfileKeeper,
  lost: readonly LostPlace[],
  codes: Codes,
  reach: Reach,
): Promise<readonly Recovered[]> {
  tellFailures(await addLostPlaces(keeper, lost, reach));
  const asked = await askForAccounts(keeper, reach);
  tellFailures(asked);
  for (const { url } of asked.filter(isAsked)) {
    if (recoveredSecrets(keeper).length > 0) break;
    tell(`${url}: the page of its link must name the key ${shortKeyAt(keeper, url)}`);
    const code = await codeFor(url, codes);
    if (code !== undefined) {
      tellFailures(await atEach([{ url }], () => confirmAccount(keeper, url, code, reach)));
    }
    // Where a person was asked, a link may have been opened meanwhile, here or at another server.
    if (code !== undefined || process.stdin.isTTY) await askForAccounts(keeper, reach);
  }
  return recoveredSecrets(keeper);
}

/** How messages and pages name the new key of this server's account. */
function shortKeyAt(keeper: ProfileKeeper, url: string): string {
  const account = findAccount(keeper.read(), url);
  return account === undefined ? "" : shortIdentifier(keyOf(account).data);
}

function isAsked(outcome: PlaceOutcome<RecoveryStanding>): boolean {
  return "value" in outcome && outcome.value.state === "asked";
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

/** Undefined: each place has its own, or a recovery is under way. */
async function contactOf(
  keeper: ProfileKeeper,
  places: readonly GivenPlace[],
  { fallback }: RecoverOptions,
): Promise<string | undefined> {
  if (fallback !== undefined) return fallback;
  if (places.length > 0 && places.every(({ contact }) => contact !== undefined)) return undefined;
  if (places.length === 0 && keeper.read().recovery !== undefined) return undefined;
  if (places.length === 0) throw new Failure("usage", "no recovery is under way; name the servers");
  const typed = process.stdin.isTTY
    ? (await askLine("The contact that you named for the backup: "))?.trim()
    : undefined;
  if (!typed) throw new Failure("usage", "name the contact, with --fallback");
  return typed;
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
