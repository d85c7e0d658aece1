/**
 * `check`: reads every share, decrypts it and compares it with its name.
 *
 * On Postgres the servers go on serving meanwhile. The embedded database belongs to one process, so there the server has
 * to be stopped; while it runs, it checks by itself (src/node/background-check.ts).
 */

import { resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { Command } from "commander";
import { bytesToHex } from "#bc/dcbor";
import { progressFile } from "../node/check-progress.ts";
import { loadSecrets } from "../node/secrets.ts";
import { type CheckProgress, checkShares, NOT_BEGUN } from "../service/check.ts";
import { fingerprintOf, openStorageKeys } from "../service/storage-keys.ts";
import { expectFit } from "../store/fit-check.ts";
import { recordCheck } from "../store/last-check.ts";
import { configuration, onDatabase, print } from "./command.ts";
import { OPERATOR_EXIT_CODES } from "./operator-failure.ts";
import { rateFrom, tellProgress, USUAL_RATE } from "./progress.ts";

/** Shares that are read at once: some hundred kilobytes. */
const PORTION = 100;

type Options = { readonly rate: number; readonly json?: true; readonly anew?: true };

export function addCheck(program: Command): void {
  program
    .command("check")
    .description("read every share, and tell which are damaged; exit code 1 when any is")
    .option("--rate <n>", "shares a second at most", rateFrom, USUAL_RATE)
    .option("--anew", "from the first share on, also where a check was cut off")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      `
Examples:
  $ share-server check
  $ share-server check --rate 200 --json

Takes the same DATA_DIR, STORAGE_KEY and DATABASE_URL as the server. On Postgres, DATABASE_URL has to name the role
that owns the schema, and the servers go on serving. The embedded database can be checked while the server is stopped;
while it runs, it checks by itself (CHECK_INTERVAL). A check that was cut off goes on where it was. Accounts and shares
are named as in the server's log. What was found last, and when, is in the server's metrics.
`,
    )
    .action(async ({ rate, json, anew }: Options) => {
      const config = configuration();
      const folder = resolve(config.DATA_DIR);
      const { SERVER_PRIVATE_KEYS: serverKeys, STORAGE_KEY: storageKey } = config;
      const secrets = loadSecrets(folder, { serverKeys, storageKey }, "and without it no share can be read");
      const fingerprint = fingerprintOf(secrets.storageKey);
      const file = progressFile(folder, "check-progress.json", bytesToHex(fingerprint));
      if (anew) file.remove();
      const result = await onDatabase(config, async (sql) => {
        await expectFit(sql, fingerprint);
        const from = file.read();
        if (from !== NOT_BEGUN) tellProgress(`going on after ${from.checked} shares`);
        const found = await checkShares({
          ...{
            sql,
            keys: openStorageKeys(sql, secrets.storageKey),
            from,
            rate,
            portion: PORTION,
            sleep: setTimeout,
          },
          onProgress: (progress) => {
            file.write(progress);
            tellProgress(`${progress.checked} shares checked, ${progress.damaged.length} damaged`);
          },
        });
        await recordCheck(sql, { now: new Date(), damaged: found.damaged.length });
        return found;
      });
      file.remove();
      tell(result, json === true);
    });
}

function tell({ checked, damaged }: CheckProgress, json: boolean): void {
  if (json) print(JSON.stringify({ checked, damaged }));
  else {
    for (const { account, share } of damaged) print(`damaged  account ${account}, share ${share}`);
    print(`${checked} shares checked, ${damaged.length} damaged`);
  }
  if (damaged.length > 0) process.exitCode = OPERATOR_EXIT_CODES.no;
}
