/** What the project is made of: exact versions, a hash for each, and licences that it may have. */
import { execFileSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type LockedPackage, licenceOf, lockedIn, referenceTo, type Sbom } from "../scripts/sbom.ts";

const ROOT = join(import.meta.dirname, "..");

/** Licences of what is installed where the server runs. All of them let it be used and passed on with their text. */
const SHIPPED = ["Apache-2.0", "BSD-2-Clause-Patent", "ISC", "MIT", "MIT-0"];
/** Those of tools, which nobody gets from us, too. */
const TOOLS = [
  ...SHIPPED,
  ...[
    "0BSD",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BlueOak-1.0.0",
    "CC0-1.0",
    "LGPL-3.0-or-later",
    "MIT-0",
    "MPL-2.0",
  ],
  ...["Python-2.0", "Unlicense"],
];

function readJson(file: string) {
  return JSON.parse(readFileSync(join(ROOT, file), "utf8"));
}

const manifests = globSync(["package.json", "packages/*/package.json", "scripts/pack/tools/package.json"], {
  cwd: ROOT,
});
const locks = ["package-lock.json", "scripts/pack/tools/package-lock.json"];

function installedBy(lock: string): readonly (readonly [string, LockedPackage])[] {
  return Object.entries(lockedIn(lock)).filter(([path, { link }]) => path.includes("node_modules/") && !link);
}

test.each(manifests)("%s names exact versions", (manifest) => {
  // A peer is chosen by whoever installs it beside a package.
  const { dependencies, devDependencies, optionalDependencies } = readJson(manifest);
  const named = { ...dependencies, ...devDependencies, ...optionalDependencies };
  const loose = Object.entries<string>(named).filter(([, range]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(range));
  expect(loose).toEqual([]);
});

test.each(locks)("%s has a hash for every package, and names no registry", (lock) => {
  const bare = installedBy(lock).filter(
    ([, { integrity }]) => !/^sha512-[\w+/]{86}==$/.test(integrity ?? ""),
  );
  expect(bare.map(([path]) => path)).toEqual([]);
  expect(readFileSync(join(ROOT, lock), "utf8")).not.toMatch(/"resolved": "https?:/);
});

test("no package's install scripts run, here or in the image", () => {
  const lines = (file: string) => readFileSync(join(ROOT, file), "utf8").split("\n");
  expect(lines(".npmrc")).toContain("ignore-scripts=true");
  // In the image npm knows what was copied before it runs.
  const image = lines("Dockerfile");
  const copied = image.findIndex((line) => /^COPY .*\.npmrc /.test(line));
  const installed = image.findIndex((line) => /^RUN npm ci /.test(line));
  expect([copied >= 0, copied < installed]).toEqual([true, true]);
  for (const file of ["Dockerfile", ".ci/run", "package.json"])
    expect(readFileSync(join(ROOT, file), "utf8"), file).not.toMatch(
      /ignore-scripts[= ]*false|npm (?:ci|i|install) .*--foreground-scripts/,
    );
});

/** Whether an expression of SPDX can be kept with these licences. */
function isAllowed(expression: string, allowed: readonly string[]): boolean {
  const choices = expression.replace(/^\((.*)\)$/, "$1").split(" OR ");
  return choices.some((choice) => choice.split(" AND ").every((licence) => allowed.includes(licence)));
}

test.each(locks)("%s has no package with a licence beyond those allowed", (lock) => {
  const isTool = lock !== "package-lock.json";
  const beyond = installedBy(lock).filter(([, { license = "none", dev, devOptional }]) => {
    return !isAllowed(license, isTool || dev || devOptional ? TOOLS : SHIPPED);
  });
  expect(beyond.map(([path, { license }]) => [path, license])).toEqual([]);
});

test("licences that can't be kept are found", () => {
  expect(isAllowed("MIT", SHIPPED)).toBe(true);
  expect(isAllowed("(GPL-3.0-only OR MIT)", SHIPPED)).toBe(true);
  expect(isAllowed("Apache-2.0 AND LGPL-3.0-or-later", SHIPPED)).toBe(false);
  expect(isAllowed("none", TOOLS)).toBe(false);
});

test("`npm run sbom` tells every package that is installed where the server runs, with its hash and licence", () => {
  const { bomFormat, specVersion, metadata, components }: Sbom = JSON.parse(
    execFileSync(process.execPath, [join(ROOT, "scripts/sbom.ts")], { encoding: "utf8" }),
  );
  expect([bomFormat, specVersion, metadata.component.name]).toEqual(["CycloneDX", "1.5", "share-server"]);
  const told = new Map(components.map((it) => [it["bom-ref"], it]));
  const installed = installedBy("package-lock.json").filter(([path, { dev, devOptional }]) => {
    // Of packages for one platform, those for others are not there.
    const isHere = globSync(path, { cwd: ROOT }).length > 0;
    return isHere && !dev && !devOptional;
  });
  expect(installed.length).toBeGreaterThan(30);
  expect([...told.keys()].filter((it) => it.startsWith("wrangler@"))).toEqual([]);
  expect(components.map(({ name }) => name)).toContain("@bc/envelope");
  for (const [path, locked] of installed) {
    const { version, integrity = "", license } = locked;
    const component = told.get(referenceTo(path, locked));
    const hash = Buffer.from(integrity.replace("sha512-", ""), "base64").toString("hex");
    expect(component?.hashes, path).toEqual([{ alg: "SHA-512", content: hash }]);
    expect(component && [component.version, licenceOf(component)], path).toEqual([version, license]);
  }
});
