import { readdir, readFile } from "node:fs/promises";
import type { Migration } from "../migrate.ts";
import { StoreError } from "../sql.ts";

const folder = new URL("../migrations/", import.meta.url);

/** This program's migrations, `migrations/0001-….sql` and so on, in order. */
export async function readMigrations(): Promise<Migration[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith(".sql")).sort();
  return await Promise.all(
    files.map(async (file) => {
      const [, digits, name] = /^(\d{4})-(.+)\.sql$/.exec(file) ?? [];
      if (digits === undefined || name === undefined)
        throw new StoreError("schema", `${file} is no name for a migration`);
      return { version: Number(digits), name, script: await readFile(new URL(file, folder), "utf8") };
    }),
  );
}
