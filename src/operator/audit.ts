/** `audit`: lists what has happened to accounts. */
import { XID } from "@bc/envelope";
import { type Command, InvalidArgumentError } from "commander";
import { hexToBytes } from "#bc/dcbor";
import { logName } from "../service/log-name.ts";
import { type AuditPlace, type ListedRecord, listAudit } from "../store/audit.ts";
import { configuration, onDatabase, print } from "./command.ts";

const USUAL_LIMIT = 100;
const MAX_LIMIT = 100_000;

type Options = {
  readonly since?: Date;
  readonly account?: string;
  readonly limit: number;
  readonly after?: AuditPlace;
  readonly json?: true;
};

export function addAudit(program: Command): void {
  program
    .command("audit")
    .description("list what has happened to accounts, the oldest first")
    .option(
      "--since <when>",
      "a date such as 2026-11-22 or 2026-11-22T10:00:00Z, or how long ago: 90m, 12h, 7d",
      since,
    )
    .option("--account <name>", "of one account: its name in the log, or its XID", accountName)
    .option("--limit <n>", "events at most", limitFrom, USUAL_LIMIT)
    .option("--after <place>", "go on where the list before ended", placeFrom)
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      `
Examples:
  $ share-server audit --since 7d
  $ share-server audit --account ur:xid/hdcx…
  $ share-server audit --since 2026-11-01 --limit 1000 --json

Takes the same DATA_DIR and DATABASE_URL as the server. On Postgres, DATABASE_URL has to name the role that owns the
schema, and the servers go on serving. The embedded database can be read while the server is stopped; the server's log has
the same events, in lines with "audit".
An account's name is the beginning of the SHA-256 of its XID. Events of one kind and account within an hour are one line,
with their number.
`,
    )
    .action(async ({ limit, json, ...query }: Options) => {
      const found = await onDatabase(configuration(), (sql) =>
        listAudit(sql, { ...query, limit: limit + 1 }),
      );
      const records = found.slice(0, limit);
      const last = records.at(-1);
      tell(
        records,
        found.length > limit && last !== undefined ? textOf(last.place) : undefined,
        json === true,
      );
    });
}

function tell(records: readonly ListedRecord[], next: string | undefined, json: boolean): void {
  if (json) {
    const events = records.map(({ event, account, at, since, times }) => ({
      event,
      account,
      at,
      since,
      times,
    }));
    print(JSON.stringify({ events, next: next ?? null }));
    return;
  }
  for (const record of records) print(lineOf(record));
  if (next !== undefined) print(`There is more: --after ${next}`);
}

function lineOf({ event, account, at, since: first, times }: ListedRecord): string {
  const often = times === 1 ? "" : `  ${times} times since ${first.toISOString()}`;
  return `${at.toISOString()}  ${event.padEnd(18)}  ${account || "-"}${often}`;
}

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

function since(text: string): Date {
  const [, digits, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const date =
    digits === undefined
      ? new Date(text)
      : new Date(Date.now() - 1_000 * Number(digits) * (SECONDS[unit ?? ""] ?? 1));
  if (Number.isNaN(date.getTime())) throw new InvalidArgumentError("A date, or a number with s, m, h or d.");
  return date;
}

function accountName(text: string): string {
  if (/^[0-9a-f]{16}$/i.test(text)) return text.toLowerCase();
  if (/^[0-9a-f]{64}$/i.test(text)) return logName(hexToBytes(text));
  try {
    return logName(XID.fromURString(text).data);
  } catch {
    throw new InvalidArgumentError("16 hex digits as in the log, or a XID: 64 hex digits or ur:xid/….");
  }
}

function limitFrom(text: string): number {
  const limit = Number(text);
  if (!/^\d+$/.test(text) || limit < 1 || limit > MAX_LIMIT)
    throw new InvalidArgumentError(`From 1 to ${MAX_LIMIT}.`);
  return limit;
}

/** A place in one word, which no shell takes apart. */
function textOf({ at, account, event }: AuditPlace): string {
  return `${at},${account},${event}`;
}

function placeFrom(text: string): AuditPlace {
  const [at = "", account = "", event = "", ...rest] = text.split(",");
  const isPlace =
    !Number.isNaN(Date.parse(at)) && /^([0-9a-f]{16})?$/.test(account) && /^[a-z-]+$/.test(event);
  if (!isPlace || rest.length > 0) throw new InvalidArgumentError("What the list before ended with.");
  return { at, account, event };
}
