/** `npm run pack`: the packages as they would be published, as tarballs in dist/. Publishes nothing. */
import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { pack } from "./pack.ts";
import { ROOT } from "./packages.ts";

const folder = join(ROOT, "dist");
await rm(folder, { recursive: true, force: true });
for (const tarball of Object.values(await pack(folder))) {
  console.log(`${tarball}  ${((await stat(tarball)).size / 1000).toFixed(0)} kB`);
}
