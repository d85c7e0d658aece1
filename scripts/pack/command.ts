/**
 * Bundles the command `share`: the file that starts, and one for what each command alone needs, which is read when that
 * command is named. They need no other package, so the command installs alone.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { bundledPackages, thirdPartyLicences } from "./licences.ts";
import { ROOT } from "./packages.ts";
import { renameSources } from "./source-maps.ts";

/** Writes `dist/share.js` and the files that it loads, and the licences of the packages in it, into the folder of the package. */
export async function bundleCommand(folder: string): Promise<void> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: ["packages/cli/src/share.ts"],
    outdir: join(folder, "dist"),
    bundle: true,
    splitting: true,
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
