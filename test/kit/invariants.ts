/** What docs/invariants.sql finds in a database, and in one that is spread over several nodes docs/invariants-distributed.sql. */
import { readFileSync } from "node:fs";
import { layoutOf } from "../../src/store/migrate.ts";
import type { Sql } from "../../src/store/sql.ts";

/** `account` is the XID in hexadecimal digits, where there is one. */
export type Broken = { readonly invariant: string; readonly account: string | null };

/** As the role that owns the schema. */
export async function brokenInvariants(sql: Sql): Promise<readonly Broken[]> {
  const files =
    (await layoutOf(sql)) === "one-node" ? ["invariants"] : ["invariants", "invariants-distributed"];
  const found = await Promise.all(files.map((file) => sql<Broken>(textOf(file), [])));
  return found.flat();
}

function textOf(file: string): string {
  const text = readFileSync(new URL(`../../docs/${file}.sql`, import.meta.url), "utf8");
  return text.replace(/;\s*$/, "");
}
