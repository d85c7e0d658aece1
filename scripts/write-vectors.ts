/** `npm run vectors`: writes what is made from this code: vector files, and the table of docs/configuration.md. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { vectorFiles } from "../test/vectors/files.ts";
import { withConfigurationTable } from "./configuration-table.ts";

const folder = join(import.meta.dirname, "../test-vectors");

for (const [name, text] of Object.entries(await vectorFiles())) {
  writeFileSync(join(folder, name), text);
  process.stdout.write(`test-vectors/${name}\n`);
}

const configuration = join(import.meta.dirname, "../docs/configuration.md");
writeFileSync(configuration, withConfigurationTable(readFileSync(configuration, "utf8")));
process.stdout.write("docs/configuration.md\n");
