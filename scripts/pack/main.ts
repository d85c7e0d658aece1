/** `npm run pack`: writes the packages to dist/ as tarballs, ready to publish. Publishes nothing. */
import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { pack } from "./pack.ts";
import { ROOT } from "./packages.ts";

const folder = join(ROOT, "dist");
await rm(folder, { recursive: true, force: true });
for (const tarball of Object.values(await pack(folder))) {
  console.log(`${tarball}  ${((await stat(tarball)).size / 1000).toFixed(0)} kB`);
}
