/**
 * `check`: reads every share, decrypts it and compares it with its name.
 *
 * On Postgres the servers go on serving meanwhile. The embedded database belongs to one process, so there the server has
 * to be stopped.
 */

import { resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { Command } from "commander";
import { bytesToHex } from "#bc/dcbor";
import { loadSecrets } from "../node/secrets.ts";
import { logName } from "../service/log-name.ts";
import { openWholeShare } from "../service/open-share.ts";
import { fingerprintOf, openStorageKeys, type StorageKeys, withCipher } from "../service/storage-keys.ts";
import { expectFit } from "../store/fit-check.ts";
import { nextShares, type PlacedShare } from "../store/next-shares.ts";
import { type Sql, StoreError } from "../store/sql.ts";
import {
  type CheckProgress,
  type DamagedShare,
  NOT_BEGUN,
  type ProgressFile,
  progressFile,
} from "./check-progress.ts";
import { configuration, onDatabase, print } from "./command.ts";
import { OPERATOR_EXIT_CODES } from "./operator-failure.ts";
import { rateFrom, tellProgress, USUAL_RATE } from "./progress.ts";

/** Shares that are read at once: some hundred kilobytes, and as much as a check may have to repeat. */
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
that owns the schema, and the servers go on serving. The embedded database can be checked while the server is stopped.
A check that was cut off goes on where it was. Accounts and shares are named as in the server's log.
`,
    )
    .action(async ({ rate, json, anew }: Options) => {
      const config = configuration();
      const folder = resolve(config.DATA_DIR);
      const { SERVER_PRIVATE_KEYS: serverKeys, STORAGE_KEY: storageKey } = config;
      const secrets = loadSecrets(folder, { serverKeys, storageKey }, "and without it no share can be read");
      const fingerprint = fingerprintOf(secrets.storageKey);
      const file = progressFile(folder, bytesToHex(fingerprint));
      if (anew) file.remove();
      const result = await onDatabase(config, async (sql) => {
        await expectFit(sql, fingerprint);
        return checkAll({ sql, keys: openStorageKeys(sql, secrets.storageKey), rate, file });
      });
      file.remove();
      tell(result, json === true);
    });
}

type Check = {
  readonly sql: Sql;
  readonly keys: StorageKeys;
  readonly rate: number;
  readonly file: ProgressFile;
};

async function checkAll({ sql, keys, rate, file }: Check): Promise<CheckProgress> {
  let progress = file.read();
  if (progress !== NOT_BEGUN) tellProgress(`going on after ${progress.checked} shares`);
  for (;;) {
    const pace = setTimeout((1_000 * Math.min(PORTION, rate)) / rate);
    const shares = await nextShares(sql, progress.after, Math.min(PORTION, rate));
    const after = shares.at(-1);
    if (after === undefined) return progress;
    const damaged: DamagedShare[] = [...progress.damaged];
    for (const share of shares) {
      if (!(await isIntact(keys, share)))
        damaged.push({ account: logName(share.account), share: logName(share.shareId) });
    }
    progress = { after, checked: progress.checked + shares.length, damaged };
    file.write(progress);
    tellProgress(`${progress.checked} shares checked, ${damaged.length} damaged`);
    await pace;
  }
}

/** A rekey may begin meanwhile, so a key that is not known is looked for first. */
function isIntact(keys: StorageKeys, share: PlacedShare): Promise<boolean> {
  return withCipher(keys, (cipher) => openWholeShare(cipher, share)).then(
    () => true,
    (error: unknown) => {
      if (error instanceof StoreError && error.code !== "data-key") throw error;
      return false;
    },
  );
}

function tell({ checked, damaged }: CheckProgress, json: boolean): void {
  if (json) print(JSON.stringify({ checked, damaged }));
  else {
    for (const { account, share } of damaged) print(`damaged  account ${account}, share ${share}`);
    print(`${checked} shares checked, ${damaged.length} damaged`);
  }
  if (damaged.length > 0) process.exitCode = OPERATOR_EXIT_CODES.no;
}
