/**
 * The packages as they are published: three libraries of ES modules with declarations, and the command.
 *
 * npm cannot simply install the official packages, since they name an install script that they do not ship. So
 * `@bc/envelope` carries them, compiled, and offers them to its siblings under subpaths: in all three libraries
 * `#bc/dcbor` is `@bc/envelope/dcbor`. An application has one copy of each, and so one registry of tags and one set of
 * error classes. The command carries all that it needs, and installs alone.
 *
 * Flow: compile into a folder for each package → add manifest, README and licence → npm makes tarballs of the folders.
 */
import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { bundleCommand } from "./command.ts";
import { compileLibraries } from "./libraries.ts";
import { commandManifest, libraryManifest, type Manifest } from "./manifest.ts";
import { bundleOfficial } from "./official.ts";
import { type Package, ROOT } from "./packages.ts";

/** The path of each tarball. */
export type Tarballs = Readonly<Record<Package, string>>;

/** Writes the four tarballs into `folder`. Makes the folder if it is missing. */
export async function pack(folder: string): Promise<Tarballs> {
  const layout = await mkdtemp(join(tmpdir(), "share-pack-"));
  try {
    await mkdir(folder, { recursive: true });
    await compileLibraries(layout);
    const official = await bundleOfficial(join(layout, "envelope"));
    await bundleCommand(join(layout, "cli"));
    return {
      envelope: await tarball(layout, "envelope", libraryManifest("envelope", official), folder),
      protocol: await tarball(layout, "protocol", libraryManifest("protocol", official), folder),
      client: await tarball(layout, "client", libraryManifest("client", official), folder),
      cli: await tarball(layout, "cli", commandManifest(), folder),
    };
  } finally {
    await rm(layout, { recursive: true, force: true });
  }
}

async function tarball(layout: string, name: Package, manifest: Manifest, folder: string): Promise<string> {
  const from = join(layout, name);
  await copyFile(join(ROOT, "packages", name, "README.md"), join(from, "README.md"));
  await copyFile(join(ROOT, "LICENSE"), join(from, "LICENSE"));
  await writeFile(join(from, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  const { stdout } = await promisify(execFile)("npm", ["pack", "--json", "--pack-destination", folder, from]);
  const [{ filename }] = JSON.parse(stdout);
  return join(folder, filename);
}
