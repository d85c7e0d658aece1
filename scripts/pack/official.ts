/**
 * Bundles the official packages into `@bc/envelope`, each module once, with what they import of one another. Packages
 * of others, such as noble's, stay dependencies: a wallet often has them already.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { build, type Plugin } from "esbuild";
import { type BundledPackage, bundledPackages, thirdPartyLicences } from "./licences.ts";
import { LIBRARIES, officialImports, ROOT } from "./packages.ts";
import { renameSources } from "./source-maps.ts";

const SCOPE = "@blockchaincommons/";
const NODE_MODULES = join(ROOT, "node_modules");
const MODULES = "dist/bc";
const TYPES = "dist/bc/types";

/** Where the official packages lie in `@bc/envelope`, and which other packages they need. */
export type Official = {
  /** By subpath: the entry `dcbor` is what `@bc/envelope/dcbor` leads to. */
  readonly entries: Readonly<Record<string, OfficialEntry>>;
  /** Packages of others, with the range that the official packages ask for. */
  readonly dependencies: Readonly<Record<string, string>>;
};

/** Paths within the package. */
export type OfficialEntry = { readonly types: string; readonly default: string };

/** Writes `dist/bc/`, and the licences of the packages in it, into the folder of the package. */
export async function bundleOfficial(folder: string): Promise<Official> {
  const specifiers = new Map(
    LIBRARIES.flatMap(officialImports).map(({ subpath, specifier }) => [subpath, specifier]),
  );
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [...specifiers].map(([subpath, specifier]) => ({ in: specifier, out: subpath })),
    outdir: join(folder, MODULES),
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "neutral",
    target: "es2022",
    sourcemap: true,
    metafile: true,
    external: ["@noble/*"],
    plugins: [declarePure],
    logLevel: "warning",
  });
  renameSources(join(folder, MODULES));
  const packages = bundledPackages(metafile);
  writeFileSync(join(folder, "THIRD-PARTY-LICENSES.md"), thirdPartyLicences(packages));
  const entries = [...specifiers].map(([subpath, specifier]) => {
    const types = declarationsOf(specifier);
    copyDeclarations(types, join(folder, TYPES));
    return [subpath, { types: `./${TYPES}/${types}`, default: `./${MODULES}/${subpath}.js` }] as const;
  });
  return { entries: Object.fromEntries(entries), dependencies: dependenciesOf(packages) };
}

/**
 * Marks the constants that a module makes while it loads, so that a bundler may drop the unused ones. The manifests say
 * `sideEffects: false`, but a bundler still has to keep a call that may have effects: a wallet would carry the list of
 * bytemojis.
 */
const declarePure: Plugin = {
  name: "declare-pure",
  setup({ onLoad }) {
    onLoad({ filter: /@blockchaincommons[\\/].*\.mjs$/ }, ({ path }) => {
      const text = readFileSync(path, "utf8");
      return { contents: text.replace(MADE_ON_LOADING, "$1/* @__PURE__ */ "), loader: "js" };
    });
  },
};

/** `const NAME = `, where a call or a `new` follows. */
const MADE_ON_LOADING = /^(const [\w$]+ = )(?=(?!function\b)(?:new )?[\w$.]+\()/gm;

/** Where in the scope a package keeps its declarations: `dcbor/dist/index.d.mts` for `@blockchaincommons/dcbor`. */
function declarationsOf(specifier: string): string {
  const [name = "", ...subpath] = specifier.slice(SCOPE.length).split("/");
  const { exports } = JSON.parse(readFileSync(join(NODE_MODULES, SCOPE, name, "package.json"), "utf8"));
  return join(name, exports[[".", ...subpath].join("/")].import.types);
}

/** Copies a file of declarations and the files that it imports. Imports within the scope become relative. */
function copyDeclarations(path: string, to: string): void {
  const imported: string[] = [];
  const text = readFileSync(join(NODE_MODULES, SCOPE, path), "utf8")
    .replace(/^\/\/# sourceMappingURL=.*$/m, "")
    .replace(/(?<=from ")[^"]+(?=")/g, (specifier) => {
      const isOfficial = specifier.startsWith(SCOPE);
      if (!isOfficial && !specifier.startsWith(".")) return specifier;
      const target = isOfficial
        ? declarationsOf(specifier)
        : join(dirname(path), specifier.replace(/\.mjs$/, ".d.mts"));
      imported.push(target);
      return relative(dirname(path), target)
        .replace(/^(?!\.)/, "./")
        .replace(/\.d\.mts$/, ".mjs");
    });
  mkdirSync(dirname(join(to, path)), { recursive: true });
  writeFileSync(join(to, path), text);
  for (const next of imported) if (!existsSync(join(to, next))) copyDeclarations(next, to);
}

/** The dependencies of the bundled packages that are not bundled themselves. */
function dependenciesOf(packages: readonly BundledPackage[]): Readonly<Record<string, string>> {
  const all = packages.flatMap(({ dependencies }) => Object.entries(dependencies));
  return Object.fromEntries(all.filter(([name]) => !name.startsWith(SCOPE)).sort());
}
