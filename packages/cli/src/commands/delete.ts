/** `share delete RECEIPT…` and `share delete --all` */

import { type Client, printable, type Receipt } from "@bc/share-client";
import type { Command } from "commander";
import { backupsWarning } from "../backups/shares-of-backups.ts";
import { type ConfirmOptions, confirm, yesOption } from "../confirm.ts";
import { withClient } from "../connect.ts";
import { Failure } from "../failure.ts";
import { printJSON, printLine } from "../output.ts";
import {
  fitting,
  type ReceiptName,
  receiptNames,
  receiptsAmong,
  receiptsMeant,
  storedReceipts,
} from "../receipt-names.ts";
import { settingsOf } from "../settings.ts";
import { examples } from "./examples.ts";

export type DeleteOptions = { readonly all?: true };

export function addDelete(program: Command): void {
  addDeleteArguments(program.command("delete"))
    .description("delete shares from the server, for good")
    .addOption(yesOption())
    .addHelpText(
      "after",
      examples("delete 3f2a…c1", "delete --all", "delete --all --yes") +
        "\nA share that is not there is no error, and the command says so. With --all you are asked first.\n",
    )
    .action(
      async (names: readonly ReceiptName[], options: DeleteOptions & ConfirmOptions, command: Command) => {
        const settings = settingsOf(command);
        expectNamed(names, options);
        if (options.all) {
          const what = `This deletes all your shares at ${settings.url}.${await backupsWarning(settings)}`;
          await confirm(what, options);
        }
        const { deleted, absent } = await withClient(settings, async (client) => {
          const done = options.all ? ALL : await deleteNamed(client, names);
          if (options.all) await client.deleteAllShares();
          await settings.home.forgetShares(await client.server(), done.forgotten);
          return done;
        });
        if (settings.json) return printJSON({ deleted: options.all ? "all" : deleted, absent });
        if (options.all) printLine("deleted all shares");
        for (const hex of deleted) printLine(`deleted ${hex}`);
        for (const text of absent) printLine(`${printable(text)} is not there; nothing to delete`);
      },
    );
}

type Deleted = {
  /** Receipts in hex. */
  readonly deleted: readonly string[];
  /** As the user named them. */
  readonly absent: readonly string[];
  /** Whose audits are good for nothing now. None means all. */
  readonly forgotten: "all" | readonly Receipt[];
};

const ALL: Deleted = { deleted: [], absent: [], forgotten: "all" };

async function deleteNamed(client: Client, names: readonly ReceiptName[]): Promise<Deleted> {
  const stored = await storedReceipts(client);
  const isThere = (name: ReceiptName) => stored === undefined || fitting(name, stored).length > 0;
  const absent = names.filter((name) => !isThere(name));
  const [first, ...others] =
    stored === undefined
      ? await receiptsMeant(client, names)
      : receiptsAmong(names.filter(isThere), stored, "of your shares");
  if (first !== undefined) await client.deleteShares([first, ...others]);
  const receipts = first === undefined ? [] : [first, ...others];
  return {
    deleted: receipts.map((receipt) => receipt.hex()),
    absent: absent.map(({ text }) => text),
    forgotten: [...receipts, ...absent.flatMap((name) => ("receipt" in name ? [name.receipt] : []))],
  };
}

export function addDeleteArguments(command: Command): Command {
  return command.addArgument(receiptNames("none")).option("--all", "all your shares");
}

/** To the server, no receipt means every share; so here the user has to say `--all`. @throws {Failure} `usage` */
export function expectNamed(names: readonly ReceiptName[], { all }: DeleteOptions): void {
  if (names.length > 0 === (all === true)) {
    throw new Failure("usage", "name the receipts of the shares to delete, or say --all");
  }
}
