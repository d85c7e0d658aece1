/** Bundles the command `share` into one file. It needs no other package, so it installs alone. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { bundledPackages, thirdPartyLicences } from "./licences.ts";
import { ROOT } from "./packages.ts";
import { renameSources } from "./source-maps.ts";

/** Writes `dist/share.js`, and the licences of the packages in it, into the folder of the package. */
export async function bundleCommand(folder: string): Promise<void> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: ["packages/cli/src/share.ts"],
    outfile: join(folder, "dist/share.js"),
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20.19",
    sourcemap: true,
    metafile: true,
    logLevel: "warning",
  });
  renameSources(join(folder, "dist"));
  writeFileSync(join(folder, "THIRD-PARTY-LICENSES.md"), thirdPartyLicences(bundledPackages(metafile)));
}
