/** How a recovery stands when the command ends before it does. */
import {
  type BackupThatCame,
  type LostPlace,
  type ProfileKeeper,
  printable,
  type UselessPlace,
  uselessPlaces,
} from "@bc/share-client";
import { EXIT_CODES } from "../failure.ts";
import { hint, quoted } from "../hint.ts";
import { printJSON, printLine } from "../output.ts";
import type { Settings } from "../settings.ts";
import { tell } from "../tell.ts";
import { countOf, isWhole, nameOf, type WholeBackup } from "./what-came.ts";

const USELESS: Readonly<Record<UselessPlace["why"], string>> = {
  none: "the account has come, and holds no share",
  wrong: "its share is not the one that it was given; it is passed over",
  other: "its share fits none of the others: it is of another backup, or an old one",
};

/** What has come from where, and does not help. */
export function tellUseless(keeper: ProfileKeeper): void {
  for (const { url, why } of uselessPlaces(keeper)) {
    tell(`${url}: ${USELESS[why]}`);
  }
}

/** What of other backups has come than those that the person gets now. The accounts are the profile's, so they need no code. */
export function tellOthers(others: readonly BackupThatCame[], settings: Settings): void {
  for (const other of others) {
    const counted = `${nameOf(other)}, ${countOf(other)}`;
    if (!isWhole(other)) tell(`shares of another backup have come, too: ${counted}`);
    else {
      const all = `${hint(settings, "recover")} ${other.from.map(quoted).join(" ")} --all -o FILE`;
      tell(`another backup has come, too: ${counted}; to have it: ${all}`);
    }
  }
}

/** @param digests of the secrets that make no backup of this device, in hex. */
export function tellUnadopted(backups: readonly WholeBackup[], digests: readonly string[]): void {
  for (const backup of backups) {
    if (!digests.includes(backup.recovered.envelope.digest().hex())) continue;
    tell(
      `${nameOf(backup)} is no backup of this device: one server gave several of its shares; make a new backup of the secret`,
    );
  }
}

type NotAnswered = {
  /** The servers whose failure has been told. */
  readonly failed: ReadonlySet<string>;
  /** Of them, those that could not even be met, and so have no part in the recovery. */
  readonly unmet: readonly LostPlace[];
};

export function tellWaiting(
  keeper: ProfileKeeper,
  came: readonly BackupThatCame[],
  { failed, unmet }: NotAnswered,
  settings: Settings,
): void {
  const { places: asked = [] } = keeper.read().recovery ?? {};
  const places = asked.map(({ url, contact, effective, shares }) => ({
    url,
    contact,
    state: stateOf({ effective, shares }, failed.has(url)),
    ...(shares === undefined && effective !== undefined && { effective }),
    shares: shares?.length ?? 0,
  }));
  process.exitCode = EXIT_CODES.unreachable;
  if (settings.json) {
    printJSON({ recovered: [], places, backups: came.map(countsForScripts) });
    return;
  }
  const width = Math.max(...places.map(({ url }) => url.length), 0);
  for (const place of places) printLine(`${place.url.padEnd(width)}  ${standing(place)}`);
  printCame(keeper, came, settings);
  printNext(keeper, settings);
  const recover = hint(settings, "recover");
  for (const { url, contact } of unmet) {
    printLine(
      `Not asked yet: ${url}. Once it can be reached: ${recover} ${url} --fallback ${quoted(printable(contact))}`,
    );
  }
}

/** What has come, and what is missing of it. */
function printCame(keeper: ProfileKeeper, came: readonly BackupThatCame[], settings: Settings): void {
  const { wanted = [] } = keeper.read().recovery ?? {};
  const others = wanted.length === 0 ? [] : came.filter((one) => one.wanted === undefined && isWhole(one));
  for (const other of others) {
    printLine(`Another backup has come than the sheet names: ${nameOf(other)}, ${countOf(other)}.`);
  }
  if (others.length > 0) {
    const all = hint(settings, "recover --all");
    printLine(`It may be the same one, after share rotate or share repair. To have it: ${all}`);
  }
  printLine("Not enough shares yet.");
  for (const one of came.filter((each) => !isWhole(each))) printLine(`  ${nameOf(one)}: ${countOf(one)}`);
  for (const { name, quorum, shareSets } of wanted) {
    if (came.some((one) => one.wanted?.name === name)) continue;
    const sets = shareSets.map(printable).join(", ");
    printLine(
      `  the backup ${printable(name)} (share set ${sets}): none has come; it takes ${printable(quorum)}`,
    );
  }
  if (came.length === 0 && wanted.length === 0)
    printLine("  None has come; the first one tells how many it takes.");
}

function printNext(keeper: ProfileKeeper, settings: Settings): void {
  const output = keeper.read().recovery?.output;
  const recover = hint(settings, "recover");
  printLine(
    `Go on with: ${recover}${output === undefined ? "" : `   (the secret goes to ${printable(output)})`}`,
  );
  printLine(`Another server that may have a share: ${recover} ADDRESS --fallback CONTACT`);
  printLine(`Another contact, where it is not confirmed: ${recover} --fallback CONTACT`);
}

type State = "come" | "waiting" | "failed" | "asked";

function stateOf(
  {
    effective,
    shares,
  }: { readonly effective?: string | undefined; readonly shares?: readonly string[] | undefined },
  hasFailed: boolean,
): State {
  if (shares !== undefined) return "come";
  if (effective !== undefined) return "waiting";
  return hasFailed ? "failed" : "asked";
}

type Waiting = {
  readonly contact: string;
  readonly state: State;
  readonly effective?: string;
  readonly shares: number;
};

function standing({ contact, state, effective, shares }: Waiting): string {
  if (state === "come") return `the account has come, with ${shares} ${shares === 1 ? "share" : "shares"}`;
  if (effective !== undefined) return `confirmed; the account comes at ${new Date(effective).toUTCString()}`;
  if (state === "failed") return `it could not be asked for ${printable(contact)}, as said above`;
  return `asked; if an account has the contact ${printable(contact)}, a message went there`;
}

function countsForScripts({ sets, from, wanted }: BackupThatCame) {
  return { ...(wanted !== undefined && { name: wanted.name }), shareSets: sets, from };
}
