/** The published manifests, made from those of the workspace. */
import type { Official } from "./official.ts";
import { CARRIER, type Library, readManifest, type WorkspaceManifest } from "./packages.ts";

export type Manifest = Readonly<Record<string, unknown>>;

/** The versions of Node that noble needs, too. */
const ENGINES = { node: ">=20.19.0" };

const OFFICIAL = "@blockchaincommons/";

export function libraryManifest(library: Library, official: Official): Manifest {
  const manifest = readManifest(library);
  const carried = library === CARRIER ? official : undefined;
  return {
    ...common(manifest),
    sideEffects: false,
    exports: {
      ".": { types: "./dist/index.d.ts", default: "./dist/index.js" },
      ...withPrefix("./", carried?.entries),
      "./package.json": "./package.json",
    },
    imports: carried && { ...platformImports(manifest), ...withPrefix("#bc/", carried.entries) },
    files: ["dist", "src", ...(carried ? ["THIRD-PARTY-LICENSES.md"] : [])],
    dependencies: { ...dependenciesOf(manifest), ...carried?.dependencies },
    peerDependencies: manifest.peerDependencies,
    peerDependenciesMeta: manifest.peerDependenciesMeta,
  };
}

export function commandManifest(): Manifest {
  return {
    ...common(readManifest("cli")),
    bin: { share: "dist/share.js" },
    files: ["dist", "THIRD-PARTY-LICENSES.md"],
  };
}

function common({ name, version, description, license }: WorkspaceManifest): Manifest {
  return { name, version, description, license, type: "module", engines: ENGINES };
}

function withPrefix(prefix: string, entries: Official["entries"] = {}): Manifest {
  return Object.fromEntries(Object.entries(entries).map(([subpath, entry]) => [prefix + subpath, entry]));
}

/** The compiled targets of `#curves` and the like, where each platform has a target of its own. */
function platformImports({ imports }: WorkspaceManifest): Manifest {
  const chosen = Object.entries(imports).flatMap(([key, target]) =>
    typeof target === "string"
      ? []
      : [[key, { node: compiled(target.node), default: compiled(target.default) }]],
  );
  return Object.fromEntries(chosen);
}

function compiled(source: string): string {
  return source.replace(/^\.\/src\/(.*)\.ts$/, "./dist/$1.js");
}

function dependenciesOf({ dependencies }: WorkspaceManifest): Manifest {
  return Object.fromEntries(Object.entries(dependencies).filter(([name]) => !name.startsWith(OFFICIAL)));
}
