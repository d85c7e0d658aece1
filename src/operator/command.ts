/** What the operator's commands have in common. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Config, readConfig } from "../server/config.ts";
import { databaseUrlMistake } from "../store/drivers/database-url.ts";
import { openPglite } from "../store/drivers/pglite.ts";
import { connectPostgres } from "../store/drivers/postgres.ts";
import type { Sql } from "../store/sql.ts";
import { OperatorFailure } from "./operator-failure.ts";

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** The environment, as the server reads it. @throws {ConfigError} */
export function configuration(): Config {
  return readConfig(process.env);
}

/** Does the work on a Postgres server over one connection, without a time limit. */
export async function onPostgres<T>(url: string, work: (sql: Sql) => Promise<T>): Promise<T> {
  const { sql, close } = connectPostgres(url, { connections: 1, statementTimeout: 0 });
  try {
    return await work(sql);
  } finally {
    await close();
  }
}

/**
 * Does the work on the server's database: the one at `DATABASE_URL`, or the embedded one, which no server may have open.
 *
 * @throws {OperatorFailure} when there is none.
 */
export async function onDatabase<T>(config: Config, work: (sql: Sql) => Promise<T>): Promise<T> {
  const { DATA_DIR, DATABASE_URL } = config;
  if (DATABASE_URL !== undefined) return onPostgres(checkedUrl("DATABASE_URL", DATABASE_URL), work);
  const { sql, close } = await openPglite(existingFolder(DATA_DIR));
  try {
    return await work(sql);
  } finally {
    await close();
  }
}

/** The data folder's full path. @throws {OperatorFailure} when no embedded database is in it. */
export function existingFolder(dataDir: string): string {
  const folder = resolve(dataDir);
  if (!existsSync(join(folder, "database"))) {
    throw new OperatorFailure("usage", `there is no database in ${folder}`);
  }
  return folder;
}

/** @throws {OperatorFailure} when the environment names no Postgres server. */
export function databaseUrl({ DATABASE_URL }: Config): string {
  if (DATABASE_URL === undefined) {
    throw new OperatorFailure(
      "usage",
      "DATABASE_URL is needed; the embedded database is migrated when the server starts",
    );
  }
  return checkedUrl("DATABASE_URL", DATABASE_URL);
}

/** @param name the variable or argument that gave the URL. @throws {OperatorFailure} when it names no Postgres server. */
export function checkedUrl(name: string, url: string): string {
  const mistake = databaseUrlMistake(url);
  if (mistake !== undefined) throw new OperatorFailure("usage", `${name} ${mistake}`);
  return url;
}
