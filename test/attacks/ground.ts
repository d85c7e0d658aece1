/**
 * What the attacks are tried on: the embedded database, unless a suite has said otherwise before it imports them
 * (test/citus/attacks.test.ts).
 */
import type { Sql } from "../../src/store/sql.ts";
import { openTestDatabase } from "../kit/service.ts";

export type OpenDatabase = { readonly sql: Sql; readonly close: () => Promise<void> };

export type Ground = {
  readonly name: string;
  /** A new database, asked as its owner, so that a test can also look at its tables. */
  readonly openDatabase: () => Promise<OpenDatabase>;
  /** What has a server keep its data in a new database. */
  readonly environment: () => Promise<Readonly<Record<string, string>>>;
};

export const EMBEDDED: Ground = {
  name: "the embedded database",
  openDatabase: openTestDatabase,
  environment: async () => ({}),
};

let ground = EMBEDDED;

export function currentGround(): Ground {
  return ground;
}

export function tryOn(other: Ground): void {
  ground = other;
}
