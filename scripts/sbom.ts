/**
 * What the server is made of, as a CycloneDX document: every package that `npm ci --omit=dev` installs here, with its version, the
 * hash that the lock file demands of it, and its licence.
 *
 *     npm run --silent sbom > sbom.cdx.json
 *     npm run --silent sbom -- --licences
 *
 * It is npm's own document, without what the lock file says to be for development: npm by itself (`--omit=dev`) leaves out as well
 * what both need. The second form prints a line for each package, sorted by licence.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import project from "../package.json" with { type: "json" };

const ROOT = join(import.meta.dirname, "..");

type License = {
  readonly license?: { readonly id?: string; readonly name?: string };
  readonly expression?: string;
};

export type Component = {
  readonly "bom-ref": string;
  readonly name: string;
  readonly version: string;
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
  readonly licenses?: readonly License[];
};

export type Sbom = {
  readonly bomFormat: string;
  readonly specVersion: string;
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
};

/** As the lock file tells of it. */
export type LockedPackage = {
  readonly name?: string;
  readonly version?: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly link?: boolean;
};

/** The packages of a lock file, by where they are installed. */
export function lockedIn(lock: string): Readonly<Record<string, LockedPackage>> {
  return JSON.parse(readFileSync(join(ROOT, lock), "utf8")).packages;
}

/** Needs `npm` and an installed project. */
export function sbom(): Sbom {
  const args = ["sbom", "--sbom-format=cyclonedx", "--sbom-type=application"];
  const all: Sbom = JSON.parse(
    execFileSync("npm", args, { cwd: ROOT, encoding: "utf8", maxBuffer: 2 ** 26 }),
  );
  const forDevelopment = developmentOnly(lockedIn("package-lock.json"));
  const components = all.components
    .filter((it) => !forDevelopment.has(it["bom-ref"]))
    // npm calls a package of the project by its folder.
    .map((it) => ({ ...it, name: it["bom-ref"].slice(0, it["bom-ref"].lastIndexOf("@")) }));
  const { name, version } = project;
  const component = { ...all.metadata.component, name, version };
  const kept = new Set([component, ...components].map((it) => it["bom-ref"]));
  const dependencies = all.dependencies
    .filter(({ ref }) => kept.has(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((it) => kept.has(it)) }));
  return { ...all, metadata: { ...all.metadata, component }, components, dependencies };
}

/** As a component refers to a package: name@version. */
export function referenceTo(path: string, { name, version }: LockedPackage): string {
  return `${name ?? path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length)}@${version}`;
}

/** What is installed for development, wherever it is. */
function developmentOnly(locked: Readonly<Record<string, LockedPackage>>): ReadonlySet<string> {
  const references = (isWanted: (it: LockedPackage) => boolean) =>
    Object.entries(locked).flatMap(([path, it]) => (isWanted(it) ? [referenceTo(path, it)] : []));
  const isDev = ({ dev = false, devOptional = false }: LockedPackage) => dev || devOptional;
  const needed = new Set(references((it) => !isDev(it)));
  return new Set(references(isDev).filter((it) => !needed.has(it)));
}

export function licenceOf({ licenses = [] }: Component): string {
  return licenses
    .map(({ license, expression }) => expression ?? license?.id ?? license?.name ?? "?")
    .join(", ");
}

if (import.meta.main) {
  const document = sbom();
  const lines = document.components.map((it) => `${licenceOf(it).padEnd(24)}  ${it.name} ${it.version}`);
  const text = process.argv.includes("--licences")
    ? lines.sort().join("\n")
    : JSON.stringify(document, null, 2);
  process.stdout.write(`${text}\n`);
}
