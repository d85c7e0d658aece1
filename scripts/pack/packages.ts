/** The packages to pack, and their manifests in the workspace. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

export const ROOT = join(import.meta.dirname, "../..");

export const LIBRARIES = ["envelope", "protocol", "client"] as const;
export type Library = (typeof LIBRARIES)[number];

/** The library that carries the official packages, and offers them to its siblings. */
export const CARRIER = "envelope" satisfies Library;

/** The folder of each package. */
export type Package = Library | "cli";

type Target = string | { readonly node: string; readonly default: string };

/** A manifest of the workspace: the fields that go into the published one. */
export type WorkspaceManifest = {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly bin?: Readonly<Record<string, string>>;
  readonly imports: Readonly<Record<string, Target>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional: boolean }>>;
};

export function readManifest(name: Package): WorkspaceManifest {
  return JSON.parse(readFileSync(join(ROOT, "packages", name, "package.json"), "utf8"));
}

/** `#bc/dcbor`, and what it stands for in the workspace. */
export type OfficialImport = { readonly subpath: string; readonly specifier: string };

const OFFICIAL = "#bc/";

/** What a library imports of the official packages; the subpath of `#bc/ur/bytewords` is `ur/bytewords`. */
export function officialImports(name: Library): readonly OfficialImport[] {
  return Object.entries(readManifest(name).imports).flatMap(([key, specifier]) =>
    key.startsWith(OFFICIAL) && typeof specifier === "string"
      ? [{ subpath: key.slice(OFFICIAL.length), specifier }]
      : [],
  );
}
