/** What the operator's commands have in common. */
import { type Config, readConfig } from "../server/config.ts";
import { databaseUrlMistake } from "../store/drivers/database-url.ts";
import { connectPostgres } from "../store/drivers/postgres.ts";
import type { Sql } from "../store/sql.ts";
import { Failure } from "./failure.ts";

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** The environment, as the server reads it. @throws {ConfigError} */
export function configuration(): Config {
  return readConfig(process.env);
}

/** Runs something on a Postgres server over one connection, for as long as it takes. */
export async function onPostgres<T>(url: string, work: (sql: Sql) => Promise<T>): Promise<T> {
  const { sql, close } = connectPostgres(url, { connections: 1, statementTimeout: 0 });
  try {
    return await work(sql);
  } finally {
    await close();
  }
}

/** @throws {Failure} where the environment names no Postgres server. */
export function databaseUrl({ DATABASE_URL }: Config): string {
  if (DATABASE_URL === undefined) {
    throw new Failure(
      "usage",
      "DATABASE_URL is needed; the embedded database is migrated when the server starts",
    );
  }
  return checkedUrl("DATABASE_URL", DATABASE_URL);
}

/** @param name what the URL was given as. @throws {Failure} where it is none of a Postgres server. */
export function checkedUrl(name: string, url: string): string {
  const mistake = databaseUrlMistake(url);
  if (mistake !== undefined) throw new Failure("usage", `${name} ${mistake}`);
  return url;
}
