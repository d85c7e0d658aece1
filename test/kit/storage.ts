/**
 * What tests keep their data in that run on more than one database: the embedded one, unless a suite has said otherwise
 * before it imports them (test/citus/attacks.test.ts).
 */
import type { Sql } from "../../src/store/sql.ts";
import { openTestDatabase } from "./service.ts";

export type OpenDatabase = { readonly sql: Sql; readonly close: () => Promise<void> };

export type Storage = {
  readonly name: string;
  /** A new database, asked as its owner, so that a test can also look at its tables. */
  readonly openDatabase: () => Promise<OpenDatabase>;
  /** What has a server keep its data in a new database. */
  readonly environment: () => Promise<Readonly<Record<string, string>>>;
};

export const EMBEDDED: Storage = {
  name: "the embedded database",
  openDatabase: openTestDatabase,
  environment: async () => ({}),
};

let storage = EMBEDDED;

export function currentStorage(): Storage {
  return storage;
}

export function tryOn(other: Storage): void {
  storage = other;
}
