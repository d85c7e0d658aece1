import { readdir, readFile } from "node:fs/promises";
import { functionSetOf, type Migration, type Schema } from "../migrate.ts";
import { FUNCTION_SET } from "../schema.ts";
import { StoreError } from "../sql.ts";

const MIGRATIONS = new URL("../migrations/", import.meta.url);
const FUNCTIONS = new URL("../functions/", import.meta.url);

/**
 * This program's schema: `migrations/0001-….sql` and so on, and `functions/`.
 *
 * @throws {StoreError} `schema` when a file has an odd name, or the functions are not those that the program knows.
 */
export async function readSchema(): Promise<Schema> {
  const [migrations, functions, distributed] = await Promise.all([
    readMigrations(),
    readFunctions(FUNCTIONS),
    readFunctions(new URL("distributed/", FUNCTIONS)),
  ]);
  const functionSet = await functionSetOf({ functions, distributed });
  if (functionSet !== FUNCTION_SET) {
    throw new StoreError(
      "schema",
      `the checksum of src/store/functions is ${functionSet}, unlike FUNCTION_SET`,
    );
  }
  return { migrations, functions, distributed };
}

async function readMigrations(): Promise<Migration[]> {
  return await Promise.all(
    (await scriptsIn(MIGRATIONS)).map(async (file) => {
      const [, digits, name] = /^(\d{4})-(.+)\.sql$/.exec(file) ?? [];
      if (digits === undefined || name === undefined)
        throw new StoreError("schema", `${file} is no name for a migration`);
      return { version: Number(digits), name, script: await readFile(new URL(file, MIGRATIONS), "utf8") };
    }),
  );
}

async function readFunctions(folder: URL): Promise<string[]> {
  const files = await scriptsIn(folder);
  return await Promise.all(files.map((file) => readFile(new URL(file, folder), "utf8")));
}

async function scriptsIn(folder: URL): Promise<string[]> {
  return (await readdir(folder)).filter((file) => file.endsWith(".sql")).sort();
}
