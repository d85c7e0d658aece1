/** `share rekey` */

import type { SigningScheme } from "@bc/envelope";
import type { Command } from "commander";
import { type ConfirmOptions, confirm, yesOption } from "../confirm.ts";
import { beginKeyChange, type KeyChange, pendingKeyChange, sendKeyChange } from "../key-change.ts";
import { otherServersOf } from "../known-servers.ts";
import { printJSON, printRows } from "../output.ts";
import { type Settings, settingsOf } from "../settings.ts";
import { tellNote } from "../tell.ts";
import { examples } from "./examples.ts";
import { schemeOption } from "./keys.ts";

export function addRekey(program: Command): void {
  program
    .command("rekey")
    .description("give your account new keys; the old ones are good for nothing there any more")
    .addOption(schemeOption())
    .addOption(yesOption())
    .addHelpText(
      "after",
      `${examples("rekey", "rekey --scheme ed25519 --yes")}
The account stays, with its shares, receipts and fallback. The new keys take the place of the old ones in your key
file. The old ones are kept beside it (keys.ur.old-…), since other servers where you use them know nothing of this;
give that file with --keys there, until you have changed the keys there too.

The new keys and the request are on the disk (keys.ur.rekey) before anything is sent. If the command is
interrupted, at whatever moment, say \`share rekey\` again: it carries on where it was, without asking.
`,
    )
    .action(async (options: ConfirmOptions & { readonly scheme: SigningScheme }, command: Command) => {
      const settings = settingsOf(command);
      let pending = await pendingKeyChange(settings);
      if (pending === undefined) {
        await confirm(`This retires the keys in ${settings.keysFile} at ${settings.url}, for good.`, options);
        pending = await beginKeyChange(settings, options.scheme);
      }
      await printKeyChange(settings, await sendKeyChange(settings, pending));
    });
}

export async function printKeyChange(
  settings: Settings,
  { account, key, oldFile }: KeyChange,
): Promise<void> {
  const { keysFile, json } = settings;
  if (json) printJSON({ account: account.hex(), xid: key.hex(), file: keysFile, oldFile });
  else {
    printRows([
      ["account", account.hex()],
      ["new key", key.hex()],
      ["file", keysFile],
      ["old keys", oldFile],
    ]);
  }
  const others = await otherServersOf(settings);
  if (others.length > 0) {
    tellNote(`the old keys stay as they are at ${others.join(", ")}`);
  }
}
