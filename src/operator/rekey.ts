/**
 * `rekey`: puts everything that is stored under a new data key, or gives the database another storage key.
 *
 * On Postgres the servers go on serving meanwhile. The embedded database belongs to one process, so there the server has
 * to be stopped.
 */
import { resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { equalBytes } from "@bc/envelope";
import type { Command } from "commander";
import { loadSecrets, nextStorageKey, readStorageKeyFile, replaceStorageKey } from "../node/secrets.ts";
import type { Config } from "../server/config.ts";
import { changeStorageKey } from "../service/change-storage-key.ts";
import { type RekeyReport, rekey } from "../service/rekey.ts";
import { fingerprintOf } from "../service/storage-keys.ts";
import { readSchema } from "../store/drivers/schema-files.ts";
import { expectFit } from "../store/fit-check.ts";
import { migrate } from "../store/migrate.ts";
import type { Sql } from "../store/sql.ts";
import { configuration, onDatabase, print } from "./command.ts";
import { OPERATOR_EXIT_CODES, OperatorFailure } from "./operator-failure.ts";
import { rateFrom, tellProgress, USUAL_RATE } from "./progress.ts";

type Options = {
  readonly storageKey?: string | true;
  readonly rate: number;
  readonly giveUpDamaged?: true;
  readonly json?: true;
};

export function addRekey(program: Command): void {
  program
    .command("rekey")
    .description("put everything under a new data key; with --storage-key: change the storage key")
    .option(
      "--storage-key [file]",
      "give the database the storage key in this file, or in NEW_STORAGE_KEY; by default a new one, if the present one is in DATA_DIR",
    )
    .option("--rate <n>", "shares a second at most", rateFrom, USUAL_RATE)
    .option("--give-up-damaged", "end although something is damaged, which nobody can read then")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      `
Examples:
  $ share-server rekey                                 the data key may have leaked, or is old
  $ share-server rekey --storage-key && share-server rekey
                                                       the storage key may have leaked; see below

Takes the same DATA_DIR, STORAGE_KEY and DATABASE_URL as the server. On Postgres, DATABASE_URL has to name the role
that owns the schema, and the servers go on serving. The embedded database can be rekeyed while the server is stopped.
A rekey that was cut off goes on where it was when the command is run again. It waits for the codes that contacts have
been sent, half an hour at most. Exit code 1, and both keys stay, when something is damaged.

To change the storage key: run with --storage-key, which replaces the key in DATA_DIR; restart all servers with the new
key; run without it. Servers with the old key work until that last step. From then on the old key opens nothing that is
in the database. It still opens the backups from before.
`,
    )
    .action(async (options: Options) => {
      const config = configuration();
      const folder = resolve(config.DATA_DIR);
      const { SERVER_PRIVATE_KEYS: serverKeys, STORAGE_KEY: given } = config;
      const why = "and without it nothing can be read";
      const { storageKey } = loadSecrets(folder, { serverKeys, storageKey: given }, why);
      await onDatabase(config, async (sql) => {
        if (config.DATABASE_URL === undefined) await migrate(sql, await readSchema(), new Date());
        await expectFit(sql, fingerprintOf(storageKey));
        if (options.storageKey === undefined) await rekeyAll(sql, storageKey, options);
        else await giveStorageKey(sql, storageKey, { config, folder, file: options.storageKey });
      });
    });
}

async function rekeyAll(sql: Sql, storageKey: Uint8Array, options: Options): Promise<void> {
  const report = await rekey({
    sql,
    storageKey,
    rate: options.rate,
    giveUp: options.giveUpDamaged === true,
    now: () => new Date(),
    sleep: setTimeout,
    tell: tellProgress,
  });
  if (options.json) print(JSON.stringify(report));
  else tell(report);
  if (!report.ended) process.exitCode = OPERATOR_EXIT_CODES.no;
}

function tell({ dataKey, ended, shares, contacts, messages, damaged }: RekeyReport): void {
  for (const { account, share } of damaged) {
    if (account === undefined) print("damaged  a message");
    else print(`damaged  account ${account}, ${share === undefined ? "its contact" : `share ${share}`}`);
  }
  print(`${shares} shares, ${contacts} contacts and ${messages} messages put under data key ${dataKey}`);
  print(
    ended
      ? "the former key is forgotten"
      : "the former key stays, because of what is damaged; mend that, or run again with --give-up-damaged",
  );
}

type Giving = { readonly config: Config; readonly folder: string; readonly file: string | true };

async function giveStorageKey(
  sql: Sql,
  present: Uint8Array,
  { config, folder, file }: Giving,
): Promise<void> {
  const isInFolder = config.STORAGE_KEY === undefined;
  const next = nextFrom(config, file) ?? (isInFolder ? nextStorageKey(folder, present) : undefined);
  if (next === undefined) {
    throw new OperatorFailure("usage", "--storage-key needs a file, or NEW_STORAGE_KEY, beside STORAGE_KEY");
  }
  if (equalBytes(next, present)) throw new OperatorFailure("usage", "that is the storage key already");
  await changeStorageKey(sql, present, next);
  if (isInFolder) replaceStorageKey(folder, next);
  print("the database has the new storage key beside the old one");
  if (isInFolder) print(`${folder} has the new one`);
  print("restart all servers with it, and then run this command without --storage-key");
}

function nextFrom({ NEW_STORAGE_KEY }: Config, file: string | true): Uint8Array | undefined {
  return file === true ? NEW_STORAGE_KEY : readStorageKeyFile(resolve(file));
}
