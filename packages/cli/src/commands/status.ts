/** `share status`: what this device's servers still have. */
import { type Account, type Backup, clientOf, printable, Receipt } from "@bc/share-client";
import type { Command } from "commander";
import { hexToBytes } from "#bc/dcbor";
import { failureFor } from "../failure.ts";
import { printJSON, printLine } from "../output.ts";
import { openProfile } from "../profile-file.ts";
import { settingsOf } from "../settings.ts";
import { examples } from "./examples.ts";

type Row = {
  readonly backup: string;
  readonly url: string;
  readonly reachable: boolean;
  /** Whether the server just gave the share, and it was the right one. */
  readonly proven: boolean;
  readonly contact: string | null;
  readonly confirmed: boolean;
  /** What went wrong, or what the server wants the user to know. */
  readonly note: string | null;
};

export function addStatus(program: Command): void {
  program
    .command("status")
    .description("see whether every server of your backups still has its share, and your contact")
    .addHelpText("after", examples("status", "status --json"))
    .action(async (_options: unknown, command: Command) => {
      const settings = settingsOf(command);
      const { accounts, backups } = (await openProfile(settings)).read();
      const rows = await Promise.all(
        backups.flatMap((backup) => backup.places.map((place) => rowFor(backup, place, accounts))),
      );
      if (settings.json) printJSON(rows);
      else printTable(rows);
      if (rows.some(({ proven }) => !proven)) process.exitCode = 1;
    });
}

async function rowFor(
  { name }: Backup,
  { url, receipt }: Backup["places"][number],
  accounts: readonly Account[],
): Promise<Row> {
  const account = accounts.find((one) => one.url === url);
  const unproven = { backup: name, url, proven: false, contact: null, confirmed: false };
  if (account === undefined || receipt === undefined) {
    return { ...unproven, reachable: false, note: "has no share yet" };
  }
  let note: string | null = null;
  const client = clientOf(account, {
    onNote: (text) => {
      note = text;
    },
  });
  try {
    const fallback = await client.retrieveFallback();
    const state = { contact: fallback?.contact ?? null, confirmed: fallback?.validated === true };
    try {
      await client.retrieveShares([Receipt.fromData(hexToBytes(receipt))]);
      return { ...unproven, ...state, reachable: true, proven: true, note };
    } catch (error) {
      return { ...unproven, ...state, reachable: true, note: failureFor(error)?.message ?? note };
    }
  } catch (error) {
    return { ...unproven, reachable: false, note: failureFor(error)?.message ?? null };
  }
}

function printTable(rows: readonly Row[]): void {
  if (rows.length === 0) printLine("no backups; make one with: share backup");
  const width = Math.max(...rows.map(({ url }) => url.length));
  for (const { backup, url, reachable, proven, contact, confirmed, note } of rows) {
    const share = proven ? "has its share" : reachable ? "does not give its share" : "can't be asked";
    const way =
      contact === null ? "no contact" : `${contact} ${confirmed ? "confirmed" : "not confirmed yet"}`;
    const more = note === null ? "" : `; ${note}`;
    printLine(printable(`${backup}  ${url.padEnd(width)}  ${share}; ${way}${more}`));
  }
}
