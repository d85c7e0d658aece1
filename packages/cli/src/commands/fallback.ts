/** `share fallback set|show|remove|cancel|transfer|verify`: the contact by which a lost account comes back. */

import { shortIdentifier } from "@bc/envelope";
import type { Fallback } from "@bc/share-client";
import { printable } from "@bc/share-client";
import type { FallbackTransferResult } from "@bc/share-protocol";
import type { Command } from "commander";
import { hexToBytes } from "#bc/dcbor";
import { codeFrom } from "../arguments.ts";
import { type ConfirmOptions, confirm, yesOption } from "../confirm.ts";
import { withClient } from "../connect.ts";
import { hint } from "../hint.ts";
import type { PendingTransfer } from "../home/home.ts";
import { addKeyOptions, type KeyOptions, schemesIn } from "../key-options.ts";
import { printJSON, printLine } from "../output.ts";
import { type Settings, settingsOf } from "../settings.ts";
import { tellNote } from "../tell.ts";
import { beginTransfer, sendTransfer } from "../transfer.ts";
import { examples } from "./examples.ts";

export function addFallback(program: Command): void {
  const fallback = program
    .command("fallback")
    .description("set the contact by which your account can be had back, or have it back")
    .addHelpText(
      "after",
      examples(
        "fallback set alice@example.com",
        "fallback verify 2MZD-AFYH             # the code of the message",
        "fallback transfer alice@example.com   # when the keys are lost, on any device",
        "fallback verify 2MZD-AFYH             # the code of another message",
      ),
    );
  addSet(fallback);
  addShow(fallback);
  addRemove(fallback);
  addCancel(fallback);
  addTransfer(fallback);
  addVerify(fallback);
}

function addSet(fallback: Command): void {
  fallback
    .command("set")
    .description("name a contact, or another one than before; it counts once it is validated")
    .argument("<contact>", "alice@example.com, +15551234567, or what else `share info` says")
    .addHelpText("after", examples("fallback set alice@example.com", "fallback set +15551234567"))
    .action(async (contact: string, _options: unknown, command: Command) => {
      const settings = settingsOf(command);
      const now = await withClient(settings, async (client) => {
        await client.updateFallback(contact);
        return client.retrieveFallback();
      });
      if (settings.json) printJSON(now);
      else if (now?.validated) printFallback(settings, now);
      else
        printLine(
          `A message goes to ${printable(now?.contact ?? contact)}. Confirm by its link, or with: ${hint(settings, "fallback verify CODE")}`,
        );
    });
}

function addShow(fallback: Command): void {
  fallback
    .command("show")
    .description("show the contact, and whether it is validated")
    .addHelpText("after", examples("fallback show", "fallback show --json"))
    .action(async (_options: unknown, command: Command) => {
      const settings = settingsOf(command);
      const now = await withClient(settings, (client) => client.retrieveFallback());
      if (settings.json) printJSON(now);
      else printFallback(settings, now);
    });
}

function addRemove(fallback: Command): void {
  fallback
    .command("remove")
    .description("remove the contact: without one, lost keys are a lost account")
    .addOption(yesOption())
    .addHelpText("after", examples("fallback remove", "fallback remove --yes"))
    .action(async (options: ConfirmOptions, command: Command) => {
      const settings = settingsOf(command);
      await confirm(`Without a fallback, who loses the keys loses the account at ${settings.url}.`, options);
      await withClient(settings, (client) => client.updateFallback(null));
      if (settings.json) printJSON(null);
      else printFallback(settings, null);
    });
}

function addCancel(fallback: Command): void {
  fallback
    .command("cancel")
    .description("cancel every transfer of your account that somebody has asked for; the contact stays")
    .addHelpText("after", examples("fallback cancel"))
    .action(async (_options: unknown, command: Command) => {
      const settings = settingsOf(command);
      // To name a contact, even the present one, cancels what is under way.
      const now = await withClient(settings, async (client) => {
        const present = await client.retrieveFallback();
        await client.updateFallback(present?.contact ?? null);
        return client.retrieveFallback();
      });
      if (settings.json) printJSON(now);
      else printFallback(settings, now);
    });
}

function addTransfer(fallback: Command): void {
  addKeyOptions(fallback.command("transfer"))
    .description("ask to move the account with this contact to your keys, or how that stands")
    .argument("[contact]", "the contact of the account; none asks how it stands")
    .option("--again", "have a new message sent, although a transfer is under way")
    .addHelpText(
      "after",
      `${examples("fallback transfer alice@example.com", "fallback verify 2MZD-AFYH", "fallback transfer")}
New keys are made where there are none. Confirm with the code and \`share fallback verify\`, or by the link of the
message and then \`share fallback transfer\`, which sees to it that the account's XID is kept with your keys.
Until then do not store anything with them: that would open another account.
`,
    )
    .action(async (contact: string | undefined, options: TransferOptions, command: Command) => {
      const settings = settingsOf(command);
      const earlier = await settings.home.pending("transfer");
      if (earlier !== undefined) {
        const result = await sendTransfer(settings, earlier);
        const isMeant = !options.again && (contact ?? earlier.contact) === earlier.contact;
        if (isMeant || result.account !== undefined) return printResult(settings, earlier, result);
        await settings.home.forgetPending("transfer");
      }
      const pending = await beginTransfer(settings, contact ?? earlier?.contact, schemesIn(options));
      await printResult(settings, pending, await sendTransfer(settings, pending));
    });
}

type TransferOptions = KeyOptions & { readonly again?: true };

function addVerify(fallback: Command): void {
  fallback
    .command("verify")
    .description("confirm with the code that the contact received")
    .argument("<code>", "eight letters and digits; neither case nor the dash matters", codeFrom)
    .addHelpText("after", examples("fallback verify 2MZD-AFYH", "fallback verify 2mzdafyh"))
    .action(async (code: string, _options: unknown, command: Command) => {
      const settings = settingsOf(command);
      await withClient(settings, (client) => client.verifyFallback(code), { reminder: false });
      const pending = await settings.home.pending("transfer");
      if (pending?.url === settings.url) {
        await printResult(settings, pending, await sendTransfer(settings, pending));
      } else if (settings.json) printJSON({ state: "confirmed" });
      else printLine("confirmed");
    });
}

function printFallback(settings: Settings, fallback: Fallback | null): void {
  if (fallback === null) {
    printLine("no fallback");
    return;
  }
  const { contact, validated } = fallback;
  printLine(`${printable(contact)}  ${validated ? "validated" : "not validated yet"}`);
  // The server tells of the newest contact alone.
  if (!validated) {
    tellNote(
      `until it is confirmed (${hint(settings, "fallback verify CODE")}), a contact that was validated before stays good`,
    );
  }
}

/** Says the same whether anybody has that contact or not, as the server does. */
export async function printResult(
  settings: Settings,
  { contact, signer }: PendingTransfer,
  { account, effective }: FallbackTransferResult,
): Promise<void> {
  const transfer = hint(settings, "fallback transfer");
  if (settings.json) {
    if (account !== undefined) printJSON({ state: "done", account: account.hex() });
    else if (effective === undefined) printJSON({ state: "processing", contact });
    else printJSON({ state: "waiting", contact, effective: effective.toISOString() });
  } else if (account === undefined && effective !== undefined) {
    printLine(
      `waiting: ${printable(contact)} has confirmed. The account comes at ${effective.toUTCString()}.`,
    );
    printLine(`Then, to get it: ${transfer}`);
  } else if (account === undefined) {
    printLine(`processing: if an account has the contact ${printable(contact)}, a message went there.`);
    printLine(`Confirm with: ${hint(settings, "fallback verify CODE")}`);
    printLine(`or by its link and then: ${transfer}`);
    printLine(`The link's page must name your new key: ${shortIdentifier(hexToBytes(signer))}`);
  } else {
    printLine(`done: the keys in ${await settings.home.place()} now have the account ${account.hex()}`);
  }
}
