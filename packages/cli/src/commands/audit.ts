/** `share audit [RECEIPT…]` and `share audit --copy FILE…` */

import {
  auditCopies,
  auditPrepared,
  type Client,
  ClientError,
  type KnownServer,
  type PreparedAudit,
  Receipt,
  refusalCode,
} from "@bc/share-client";
import type { ProvenShare } from "@bc/share-protocol";
import type { Command } from "commander";
import { withClient } from "../connect.ts";
import { EXIT_CODES, Failure, type FailureCode } from "../failure.ts";
import { readInput } from "../files.ts";
import { type AskedAudit, receiptsWithAudits } from "../home/home.ts";
import { printJSON, printLine } from "../output.ts";
import { type ReceiptName, receiptNames, receiptsAmong } from "../receipt-names.ts";
import { type Settings, settingsOf } from "../settings.ts";
import { tellNote } from "../tell.ts";
import { examples } from "./examples.ts";

/** The server has the share, says that it has not, or has something else. */
type Finding = "intact" | "unknown-receipt" | "damaged-share" | "not-proven";

type Audited = {
  readonly receipt: Receipt;
  readonly finding: Finding;
  /** Prepared audits that are left. Undefined: a copy was there to compare with. */
  readonly left?: number;
};

const TEXTS: Readonly<Record<Finding, string>> = {
  intact: "intact",
  "unknown-receipt": "GONE: the server does not have it",
  "damaged-share": "DAMAGED: store it again from a copy",
  "not-proven": "WRONG: the server has something else",
};

const EXITS: Readonly<Partial<Record<Finding, FailureCode>>> = {
  "unknown-receipt": "refused",
  "damaged-share": "refused",
  "not-proven": "untrusted",
};

/** From so few on the command reminds of storing anew. */
const FEW = 30;

export function addAudit(program: Command): void {
  program
    .command("audit")
    .description("have the server prove that it still has your shares, without sending them")
    .addArgument(receiptNames("all that audits were prepared of"))
    .option("--copy <files...>", "compare with these copies of shares, and use up no prepared audit")
    .addHelpText(
      "after",
      `${examples("audit", "audit 3f2a", "audit --copy share-1.ur share-2.ur", "audit --json")}
\`share store\` prepares audits for a year of daily ones, and keeps them with your keys, so that you need not keep the
share. Each audit uses up one; the number that is left is shown. Storing the same share again prepares a
new year.

Exit code ${EXIT_CODES.refused} when the server lacks a share or has damaged it, ${EXIT_CODES.untrusted} when it has something else in its place.
`,
    )
    .action(
      async (
        names: readonly ReceiptName[],
        options: { readonly copy?: readonly string[] },
        command: Command,
      ) => {
        const settings = settingsOf(command);
        const { copy: files = [] } = options;
        if (names.length > 0 && files.length > 0) {
          throw new Failure("usage", "name receipts, or copies with --copy; a copy tells its receipt");
        }
        const copies: Uint8Array[] = [];
        for (const file of files) copies.push(await readInput(file));
        await withClient(settings, async (client) => {
          const audited =
            copies.length > 0
              ? await auditAll(copies, (data) => auditCopy(client, data))
              : await auditAll(await receiptsToAudit(settings, client, names), (receipt) => {
                  return auditByPrepared(settings, client, receipt);
                });
          tell(settings, audited);
        });
      },
    );
}

async function receiptsToAudit(
  settings: Settings,
  client: Client,
  names: readonly ReceiptName[],
): Promise<readonly Receipt[]> {
  const prepared = receiptsWithAudits(await settings.home.sharesAt(await client.server()));
  if (names.length > 0) return receiptsAmong(names, prepared, "of the shares with prepared audits");
  if (prepared.length > 0) return prepared;
  throw new Failure(
    "usage",
    "no audits are prepared for this server; store a share again for a year of them, or name copies of your shares with --copy",
  );
}

async function auditAll<Item>(
  items: readonly Item[],
  audit: (item: Item) => Promise<Audited>,
): Promise<readonly Audited[]> {
  const audited: Audited[] = [];
  for (const item of items) audited.push(await audit(item));
  return audited;
}

/** Prints what the answer shows that was carried over by other means. @param answer rejects with the server's refusal. */
export async function openAudit(
  settings: Settings,
  { receipt, audit }: AskedAudit,
  answer: () => Promise<readonly ProvenShare[]>,
): Promise<void> {
  const client = { call: answer } as unknown as Pick<Client, "call">;
  tell(settings, [{ receipt, finding: await find(() => auditPrepared(client, receipt, audit)) }]);
}

async function auditCopy(client: Client, data: Uint8Array): Promise<Audited> {
  const receipt = Receipt.of(client.identity.xid, data);
  return { receipt, finding: await find(() => auditCopies(client, [data])) };
}

/** @throws {Failure} `usage` when no audit of the share is prepared. */
export async function takePrepared(
  { home }: Settings,
  server: KnownServer,
  receipt: Receipt,
): Promise<{ readonly audit: PreparedAudit; readonly left: number }> {
  const taken = await home.takeAudit(server, receipt);
  if (taken !== undefined) return taken;
  const how = "store the share again for a year of new ones, or name a copy of it with --copy";
  throw new Failure("usage", `no audit is prepared of the share ${receipt.hex()}; ${how}`);
}

async function auditByPrepared(settings: Settings, client: Client, receipt: Receipt): Promise<Audited> {
  const { audit, left } = await takePrepared(settings, await client.server(), receipt);
  return { receipt, finding: await find(() => auditPrepared(client, receipt, audit)), left };
}

/** What an audit shows. Where it shows nothing, since there was no answer to believe, the command fails. */
async function find(audit: () => Promise<void>): Promise<Finding> {
  try {
    await audit();
    return "intact";
  } catch (error) {
    const code = refusalCode(error);
    if (code === "unknown-receipt" || code === "damaged-share") return code;
    if (error instanceof ClientError && error.code === "not-proven") return "not-proven";
    throw error;
  }
}

function tell(settings: Settings, audited: readonly Audited[]): void {
  if (settings.json) {
    printJSON(
      audited.map(({ receipt, finding, left }) => ({ receipt: receipt.hex(), finding, left: left ?? null })),
    );
  } else {
    for (const { receipt, finding, left } of audited) {
      const rest = left === undefined ? "" : `  ${left} ${left === 1 ? "audit" : "audits"} left`;
      printLine(`${receipt.hex()}  ${TEXTS[finding]}${rest}`);
    }
  }
  for (const it of audited) {
    const note = noteOn(it);
    if (note !== undefined) tellNote(note);
  }
  const failed = audited.map(({ finding }) => EXITS[finding]).filter((it) => it !== undefined);
  const worst = failed.includes("untrusted") ? "untrusted" : failed[0];
  if (worst !== undefined) process.exitCode = EXIT_CODES[worst];
}

/** What the user can do. */
function noteOn({ receipt, finding, left }: Audited): string | undefined {
  if (left === undefined) return undefined;
  if (finding === "unknown-receipt")
    return `if you deleted the share yourself, have it forgotten: share delete ${receipt.hex()}`;
  return left <= FEW ? `store the share ${receipt.hex()} again for a year of new audits` : undefined;
}
