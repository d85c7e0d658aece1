/** How a backup stands after a command that has worked on it. */
import {
  type Backup,
  backupNamed,
  findAccount,
  type PlaceOutcome,
  type ProfileKeeper,
  printable,
  serversOf,
} from "@bc/share-client";
import { hint } from "../hint.ts";
import { printJSON, printLine } from "../output.ts";
import type { Settings } from "../settings.ts";
import { endProgress } from "../tell.ts";
import { tellFailures } from "./places.ts";

type Row = {
  readonly url: string;
  readonly stored: boolean;
  readonly proven: boolean;
  readonly contact: string | null;
  readonly confirmed: boolean;
};

/** The servers that prove that they have their share. What those without one lack has been told already. */
export async function provenAt(audits: Promise<readonly PlaceOutcome<void>[]>): Promise<readonly string[]> {
  const audited = await audits;
  endProgress();
  tellFailures(audited.filter((outcome) => "value" in outcome || !(outcome.error instanceof RangeError)));
  return audited.filter((outcome) => "value" in outcome).map(({ url }) => url);
}

/** @param proven the servers that have just proven their share. */
export async function summarize(
  keeper: ProfileKeeper,
  name: string,
  proven: readonly string[],
  settings: Pick<Settings, "json" | "given">,
): Promise<void> {
  const backup = backupNamed(keeper, name);
  const servers = serversOf(backup);
  const rows = servers.map((url) => rowOf(keeper, backup, url, proven));
  if (settings.json) {
    const { plan } = backup.sets.find(({ places }) => places.length === servers.length) ?? {};
    return printJSON({ name, created: backup.created, plan, places: rows });
  }
  const width = Math.max(...rows.map(({ url }) => url.length));
  for (const row of rows) printLine(`${row.url.padEnd(width)}  ${textOf(row)}`);
  if (rows.some(({ stored }) => !stored)) {
    printLine(`Not all servers have their share. Go on with: ${hint(settings, "backup", { name })}`);
    return;
  }
  const open = rows.filter(({ confirmed }) => !confirmed);
  if (open.length === 0) return;
  const fallback = open.some(({ contact }) => contact === null) ? exampleContact(rows) : undefined;
  const where = open.map(({ url }) => url).join(", ");
  printLine(`No contact is confirmed at ${where}: without this device, nobody gets in there.`);
  printLine(`Go on with: ${hint(settings, "backup", { name, fallback })}`);
}

/** To type in its place: for all servers, or for the first without one where others have theirs. */
function exampleContact(rows: readonly Row[]): string {
  const [first] = rows.filter(({ contact }) => contact === null);
  const isForAll = first === undefined || rows.every(({ contact }) => contact === null);
  return isForAll ? "you@example.com" : `${first.url}=you@example.com`;
}

function textOf({ stored, proven, contact, confirmed }: Row): string {
  const share = proven ? "has its share, proven" : stored ? "does not prove its share" : "no share yet";
  if (contact === null) return `${share}; no contact`;
  return `${share}; ${printable(contact)} ${confirmed ? "confirmed" : "not confirmed yet"}`;
}

function rowOf(keeper: ProfileKeeper, { sets }: Backup, url: string, proven: readonly string[]): Row {
  const account = findAccount(keeper.read(), url);
  const places = sets
    .filter(({ state }) => state === "current")
    .flatMap((set) => set.places)
    .filter((place) => place.url === url);
  return {
    url,
    stored: places.every(({ receipt }) => receipt !== undefined),
    proven: proven.includes(url),
    contact: account?.contact ?? null,
    confirmed: account?.confirmed === true,
  };
}
