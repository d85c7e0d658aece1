/** The house: which package and which room may import which, and what the shared ones do without. */
import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "..");

/** Each package with the packages that its manifest may name. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  "packages/envelope": [],
  "packages/protocol": ["@bc/envelope"],
  "packages/client": ["@bc/envelope", "@bc/share-protocol"],
  "packages/cli": ["@bc/envelope", "@bc/share-client", "@bc/share-protocol"],
};

/** Each room with the rooms and packages that it may import. Node, Workers and the operator's command may import any. */
const DOORS: Readonly<Record<string, readonly string[]>> = {
  "packages/envelope/src/keys": [],
  "packages/envelope/src/envelope": ["packages/envelope/src/keys"],
  "packages/client/src/carried-text": [],
  "packages/client/src/qr": [],
  "src/store": [],
  "src/fallback": [],
  "src/service": ["src/store", "src/fallback", "@bc/envelope", "@bc/share-protocol"],
  "src/http": ["src/service"],
  "src/page": ["@bc/envelope", "@bc/share-client", "@bc/share-protocol"],
  "src/server": [
    "src/http",
    "src/service",
    "src/store",
    "src/fallback",
    "@bc/envelope",
    "@bc/share-protocol",
  ],
};

/** Where the platform is Node, and only there. */
const NODE_ONLY = [
  /^packages\/cli\//,
  /^src\/(operator|node)\//,
  /^src\/store\/drivers\//,
  /^src\/fallback\/channels\/(email|mailbox)\.ts$/,
  /^packages\/envelope\/src\/keys\/(argon2id|curves|post-quantum|sha256|chacha20-poly1305)\/(node|openssl|installed|bindings|recent)\.ts$/,
  /^src\/service\/aes-gcm\/node\.ts$/,
  /^src\/worker\/(dev|neon-stand-in)\.ts$/,
  /^src\/page\/(build|markup|secrets\/read-word-lists)\.ts$/,
];

/** Rooms that run on every platform: they are given the clock. */
const SHARED = /^(packages\/(envelope|protocol|client)|src\/(store|fallback|service|http))\//;

type Import = { readonly specifier: string; readonly isType: boolean };
type Source = { readonly path: string; readonly text: string; readonly imports: readonly Import[] };

const sources: readonly Source[] = globSync(["packages/*/src/**/*.ts", "src/**/*.ts"], { cwd: ROOT })
  .map((path) => path.replaceAll("\\", "/"))
  .filter((path) => !path.endsWith(".test.ts") && !path.endsWith(".d.ts"))
  .map((path) => {
    const text = readFileSync(join(ROOT, path), "utf8");
    return { path, text, imports: importsOf(text) };
  });

function importsOf(text: string): readonly Import[] {
  const found = text.matchAll(
    /(?:^|\n)\s*(?:import|export)\s+(type\s)?[^;]*?from\s+"([^"]+)"|import\("([^"]+)"\)/g,
  );
  return [...found].map(([, type, fixed, dynamic]) => ({
    specifier: fixed ?? dynamic ?? "",
    isType: type !== undefined,
  }));
}

/** The file that a relative import leads to. */
function targetOf(path: string, specifier: string): string {
  return normalize(join(dirname(path), specifier)).replaceAll("\\", "/");
}

function packageOf(path: string): string {
  return Object.keys(PACKAGES).find((folder) => path.startsWith(`${folder}/`)) ?? "";
}

function roomOf(path: string): string {
  return Object.keys(DOORS).find((room) => path.startsWith(`${room}/`)) ?? dirname(path);
}

/** The room or package that an import leads to; nothing where it stays in its room or leaves the house. */
function doorOf(path: string, specifier: string): string | undefined {
  if (specifier.startsWith("@bc/")) return specifier;
  if (!specifier.startsWith(".") || specifier.endsWith(".json")) return undefined;
  const room = roomOf(targetOf(path, specifier));
  return room === roomOf(path) ? undefined : room;
}

test.each(Object.entries(PACKAGES))(
  "%s names in its manifest the packages that it may import",
  (folder, allowed) => {
    const manifest = JSON.parse(readFileSync(join(ROOT, folder, "package.json"), "utf8"));
    const named = Object.keys(manifest.dependencies).filter((name) => name.startsWith("@bc/"));
    expect(named.sort()).toEqual(allowed);
  },
);

test("a package imports what its manifest names, by its name, and nothing else of the house", () => {
  const trespasses = sources.flatMap(({ path, imports }) => {
    const folder = packageOf(path);
    return imports
      .filter(({ specifier }) => {
        if (specifier.startsWith("@bc/")) return folder !== "" && !PACKAGES[folder]?.includes(specifier);
        if (!specifier.startsWith(".")) return false;
        return packageOf(targetOf(path, specifier)) !== folder;
      })
      .map(({ specifier }) => `${path} imports ${specifier}`);
  });
  expect(trespasses).toEqual([]);
});

test("every room imports only from the rooms it may", () => {
  const trespasses = sources.flatMap(({ path, imports }) => {
    // What a package may import is in its manifest.
    const allowed = [...(DOORS[roomOf(path)] ?? []), ...(PACKAGES[packageOf(path)] ?? [])];
    if (DOORS[roomOf(path)] === undefined) return [];
    return imports
      .map(({ specifier }) => doorOf(path, specifier))
      .filter((door) => door !== undefined && !allowed.includes(door))
      .map((door) => `${path} imports ${door}`);
  });
  expect(trespasses).toEqual([]);
});

test("no file is loaded by way of itself", () => {
  const loads = new Map(
    sources.map(({ path, imports }) => [
      path,
      imports
        .filter(({ specifier, isType }) => specifier.startsWith(".") && !isType)
        .map(({ specifier }) => targetOf(path, specifier)),
    ]),
  );
  const done = new Set<string>();
  const circles: string[] = [];
  function visit(path: string, way: readonly string[]): void {
    if (way.includes(path)) circles.push([...way.slice(way.indexOf(path)), path].join(" → "));
    else if (!done.has(path)) for (const next of loads.get(path) ?? []) visit(next, [...way, path]);
    done.add(path);
  }
  for (const path of loads.keys()) visit(path, []);
  expect(circles).toEqual([]);
});

test("node: modules stay in what assembles a server, command lines and drivers", () => {
  const trespasses = sources
    .filter(({ path }) => !NODE_ONLY.some((allowed) => allowed.test(path)))
    .filter(({ imports }) => imports.some(({ specifier }) => specifier.startsWith("node:")));
  expect(trespasses.map(({ path }) => path)).toEqual([]);
});

/** The one place in the shared rooms that may read a clock: a wallet has no other to offer. */
const SYSTEM_CLOCK = "packages/client/src/system-clock.ts";

test("shared rooms are given the clock and take randomness from the platform's CSPRNG only", () => {
  const trespasses = sources
    .filter(({ path }) => SHARED.test(path) && path !== SYSTEM_CLOCK)
    .filter(({ text }) => /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bperformance\.now\(/.test(text));
  expect(trespasses.map(({ path }) => path)).toEqual([]);
});

test("files stay small enough to be read at a sitting", () => {
  const long = sources.filter(({ text }) => text.split("\n").length > 500);
  expect(long.map(({ path }) => path)).toEqual([]);
});
