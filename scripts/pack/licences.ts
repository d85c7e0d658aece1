/** Which packages of others a bundle contains, and under which licences. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Metafile } from "esbuild";
import { ROOT } from "./packages.ts";

export type BundledPackage = {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly dependencies: Readonly<Record<string, string>>;
  /** The text of its licence. */
  readonly text: string;
};

/** The packages that gave a bundle at least one byte, by name. @throws when one of them ships no licence. */
export function bundledPackages({ inputs }: Metafile): readonly BundledPackage[] {
  const folders = new Set(
    Object.keys(inputs).flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []),
  );
  return [...folders].sort().map(readPackage);
}

function readPackage(folder: string): BundledPackage {
  const manifest = JSON.parse(readFileSync(join(ROOT, folder, "package.json"), "utf8"));
  const [licence] = globSync("LICEN[CS]E*", { cwd: join(ROOT, folder) });
  if (licence === undefined) throw new Error(`${manifest.name} ships no licence`);
  const text = readFileSync(join(ROOT, folder, licence), "utf8");
  return { dependencies: {}, ...manifest, text };
}

export function thirdPartyLicences(packages: readonly BundledPackage[]): string {
  const sections = packages.map(
    ({ name, version, license, text }) =>
      `## ${name} ${version}\n\n${license}\n\n\`\`\`\n${text.trim()}\n\`\`\`\n`,
  );
  return ["# Packages that are compiled into this one\n", ...sections].join("\n");
}
