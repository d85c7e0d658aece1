/**
 * `check`: reads every share, decrypts it and compares it with its name.
 *
 * On Postgres the servers go on serving meanwhile. The embedded database belongs to one process, so there the server has
 * to be stopped.
 */

import { resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { type Command, InvalidArgumentError } from "commander";
import { bytesToHex } from "#bc/dcbor";
import { loadSecrets } from "../node/secrets.ts";
import { logName } from "../service/log-name.ts";
import { openShare } from "../service/open-share.ts";
import { createStorageCipher, type StorageCipher } from "../service/storage-cipher.ts";
import { expectFit } from "../store/fit-check.ts";
import { nextShares } from "../store/next-shares.ts";
import type { Sql } from "../store/sql.ts";
import {
  type CheckProgress,
  type DamagedShare,
  NOT_BEGUN,
  type ProgressFile,
  progressFile,
} from "./check-progress.ts";
import { configuration, onDatabase, print } from "./command.ts";
import { OPERATOR_EXIT_CODES } from "./operator-failure.ts";

/** Shares that are read at once: some hundred kilobytes, and as much as a check may have to repeat. */
const PORTION = 100;
/** Shares a second. */
const USUAL_RATE = 1_000;
const MAX_RATE = 1_000_000;

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
      const cipher = await createStorageCipher(secrets.storageKey);
      const file = progressFile(folder, bytesToHex(cipher.fingerprint));
      if (anew) file.remove();
      const result = await onDatabase(config, async (sql) => {
        await expectFit(sql, cipher.fingerprint);
        return checkAll({ sql, cipher, rate, file });
      });
      file.remove();
      tell(result, json === true);
    });
}

function rateFrom(text: string): number {
  const rate = Number(text);
  if (!/^\d+$/.test(text) || rate < 1 || rate > MAX_RATE) {
    throw new InvalidArgumentError(`From 1 to ${MAX_RATE} shares a second.`);
  }
  return rate;
}

type Check = {
  readonly sql: Sql;
  readonly cipher: StorageCipher;
  readonly rate: number;
  readonly file: ProgressFile;
};

async function checkAll({ sql, cipher, rate, file }: Check): Promise<CheckProgress> {
  let progress = file.read();
  if (progress !== NOT_BEGUN) tellProgress(`going on after ${progress.checked} shares`);
  for (;;) {
    const pace = setTimeout((1_000 * Math.min(PORTION, rate)) / rate);
    const shares = await nextShares(sql, progress.after, Math.min(PORTION, rate));
    const after = shares.at(-1);
    if (after === undefined) return progress;
    const damaged: DamagedShare[] = [...progress.damaged];
    for (const share of shares) {
      const isIntact = await openShare(cipher, share).then(
        () => true,
        () => false,
      );
      if (!isIntact) damaged.push({ account: logName(share.account), share: logName(share.shareId) });
    }
    progress = { after, checked: progress.checked + shares.length, damaged };
    file.write(progress);
    tellProgress(`${progress.checked} shares checked, ${damaged.length} damaged`);
    await pace;
  }
}

/** On a terminal: one line that each call overwrites. */
function tellProgress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${text}\u001b[K\r`);
}

function tell({ checked, damaged }: CheckProgress, json: boolean): void {
  if (json) print(JSON.stringify({ checked, damaged }));
  else {
    for (const { account, share } of damaged) print(`damaged  account ${account}, share ${share}`);
    print(`${checked} shares checked, ${damaged.length} damaged`);
  }
  if (damaged.length > 0) process.exitCode = OPERATOR_EXIT_CODES.no;
}
