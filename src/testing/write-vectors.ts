/** `npm run vectors`: writes the vector files that are made from this code. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { vectorFiles } from "./vectors/files.ts";

const folder = join(import.meta.dirname, "../../test-vectors");

for (const [name, text] of Object.entries(await vectorFiles())) {
  writeFileSync(join(folder, name), text);
  process.stdout.write(`test-vectors/${name}\n`);
}
