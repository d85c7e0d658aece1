/** `share status`: how your backups stand, at each server. */
import {
  atEach,
  cancelTransfers,
  checkBackups,
  lossIn,
  type PlaceCheck,
  type ProfileKeeper,
  printable,
} from "@bc/share-client";
import type { Command } from "commander";
import { type BackupOption, backupOption, chosenBackup } from "../backups/chosen-backup.ts";
import { tellFailures } from "../backups/places.ts";
import { EXIT_CODES, failureFor } from "../failure.ts";
import { hint } from "../hint.ts";
import { inRed, printJSON, printLine, printTable } from "../output.ts";
import { reachOf } from "../reach.ts";
import { type Settings, settingsOf } from "../settings.ts";
import { tellWarning } from "../tell.ts";
import { examples } from "./examples.ts";

type StatusOptions = BackupOption & { readonly cancelTransfers?: true };

const DAY = 86_400_000;
const HEADINGS = ["BACKUP", "SERVER", "REACHABLE", "ACCOUNT", "SHARE", "CONTACT", "AGE", "LIMITS"] as const;

export function addStatus(program: Command): void {
  program
    .command("status")
    .description("have every server of your backups prove that it has its share, and tell how it stands")
    .addOption(backupOption())
    .option(
      "--cancel-transfers",
      "cancel what the warnings tell of: somebody asks to have an account of yours",
    )
    .addHelpText(
      "after",
      `${examples("status", "status --backup seed", "status --json")}
Exit code ${EXIT_CODES.refused} when a server does not prove its share, a contact is not confirmed, a forgotten backup is left somewhere,
or somebody asks to have an account of yours.
`,
    )
    .action(async (options: StatusOptions, command: Command) => {
      const settings = settingsOf(command);
      const keeper = await settings.home.profile();
      const reach = reachOf(settings);
      const names = options.backup === undefined ? [] : [chosenBackup(keeper, options)];
      let checks = await checkBackups(keeper, names, reach);
      if (options.cancelTransfers) {
        const urls = new Set(checks.flatMap(({ url, pending }) => (pending === null ? [] : [url])));
        const asked = [...urls].map((url) => ({ url }));
        tellFailures(await atEach(asked, ({ url }) => cancelTransfers(keeper, url, reach)));
        if (asked.length > 0) checks = await checkBackups(keeper, names, reach);
      }
      if (settings.json) printJSON(checks.map(forScripts));
      else print(settings, checks);
      const left = forgotten(keeper, names);
      for (const name of left) {
        tellWarning(
          `${name} is forgotten, but not everywhere yet; ask again: ${hint(settings, "forget", { backup: name })}`,
        );
      }
      if (checks.length === 0 && left.length === 0 && !settings.json)
        printLine(`no backups; make one with: ${hint(settings, "backup")}`);
      if (left.length > 0 || checks.some(isWrong)) process.exitCode = EXIT_CODES.refused;
    });
}

/** Nobody gets in by a contact that is not confirmed, so it is as wrong as a share that is gone. */
function isWrong({ proven, confirmed, pending }: PlaceCheck): boolean {
  return !proven || !confirmed || pending !== null;
}

/** The backups of which nothing is left but shares that servers still have to delete. */
function forgotten(keeper: ProfileKeeper, names: readonly string[]): readonly string[] {
  const { backups } = keeper.read();
  return backups
    .filter(({ name }) => names.length === 0 || names.includes(name))
    .filter(({ sets }) => sets.every(({ state }) => state === "retired"))
    .map(({ name }) => printable(name));
}

function forScripts({ error, ...check }: PlaceCheck): object {
  return { ...check, note: noteOn(error) };
}

function print(settings: Settings, checks: readonly PlaceCheck[]): void {
  if (checks.length > 0) printTable(HEADINGS, checks.map(cellsOf));
  for (const { backup, url, account, contact, confirmed, error, pending } of checks) {
    const note = noteOn(error);
    if (note !== null) printLine(printable(`${url}: ${note}`));
    if (lossIn(error) !== undefined) {
      printLine(
        printable(`    to give it an account and a share again: share repair --replace ${url} --with ${url}`),
      );
    }
    if (account && !confirmed) {
      const fallback = contact === null ? `${url}=you@example.com` : undefined;
      const next = hint(settings, "backup", { name: backup, fallback });
      printLine(printable(`${url}: no contact is confirmed; go on with: ${next}`));
    }
    if (pending !== null) printLine(inRed(printable(`${url}: ${pending}`)));
  }
}

function cellsOf({ backup, url, reachable, account, proven, contact, confirmed, since, limits }: PlaceCheck) {
  const unknown = reachable ? "no" : "?";
  const days = Math.max(0, Math.floor((Date.now() - Date.parse(since)) / DAY));
  return [
    backup,
    url,
    reachable ? "yes" : "NO",
    account ? "yes" : unknown,
    proven ? "proven" : reachable ? "NOT PROVEN" : "?",
    contact === null ? (account ? "none" : "?") : `${contact} ${confirmed ? "confirmed" : "not confirmed"}`,
    days === 1 ? "1 day" : `${days} days`,
    limitsText(limits),
  ].map(printable);
}

/** Those of the many that bound what an account may hold. */
function limitsText(limits: unknown): string {
  const { maxShares, maxShareBytes, maxAccountBytes } = Object(limits);
  const known = [maxShares, maxShareBytes, maxAccountBytes].every((limit) => typeof limit === "number");
  return known ? `${maxShares} shares of ${maxShareBytes} bytes, ${maxAccountBytes} in all` : "?";
}

function noteOn(error: unknown): string | null {
  if (error === undefined) return null;
  if (error instanceof RangeError) return error.message;
  return failureFor(error)?.message ?? null;
}
