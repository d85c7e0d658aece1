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

/**
 * The packages that gave a bundle at least one byte, by name.
 *
 * @throws when one of them ships no text of its licence, unless that is MIT's, where only the author differs.
 */
export function bundledPackages({ inputs }: Metafile): readonly BundledPackage[] {
  const folders = new Set(
    Object.keys(inputs).flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []),
  );
  return [...folders].sort().map(readPackage);
}

function readPackage(folder: string): BundledPackage {
  const manifest = JSON.parse(readFileSync(join(ROOT, folder, "package.json"), "utf8"));
  const [licence] = globSync("LICEN[CS]E*", { cwd: join(ROOT, folder) });
  const text =
    licence === undefined ? standardText(manifest) : readFileSync(join(ROOT, folder, licence), "utf8");
  return { dependencies: {}, ...manifest, text };
}

function standardText({ name, license, author }: Readonly<Record<string, unknown>>): string {
  if (license !== "MIT" || typeof author !== "string") throw new Error(`${name} ships no licence`);
  return `Copyright (c) ${author}\n\n${MIT}`;
}

/** https://spdx.org/licenses/MIT.html */
const MIT = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

export function thirdPartyLicences(packages: readonly BundledPackage[]): string {
  const sections = packages.map(
    ({ name, version, license, text }) =>
      `## ${name} ${version}\n\n${license}\n\n\`\`\`\n${text.trim()}\n\`\`\`\n`,
  );
  return ["# Packages that are compiled into this one\n", ...sections].join("\n");
}
