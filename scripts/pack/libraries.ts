/** Compiles the libraries file by file: JavaScript, declarations, and maps that lead back to the source. */
import { execFile } from "node:child_process";
import { globSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { promisify } from "node:util";
import { CARRIER, LIBRARIES, type Library, ROOT, readManifest } from "./packages.ts";

const TYPESCRIPT = createRequire(import.meta.url).resolve("typescript/package.json");

/** Writes `dist/` and `src/` of each library into its folder in `layout`. */
export async function compileLibraries(layout: string): Promise<void> {
  const compiled = await mkdtemp(join(tmpdir(), "share-compile-"));
  try {
    const words = ["-p", join(import.meta.dirname, "tsconfig.json"), "--outDir", compiled];
    await promisify(execFile)(process.execPath, [join(dirname(TYPESCRIPT), "bin/tsc"), ...words]);
    for (const library of LIBRARIES) {
      await layOutSource(library, join(layout, library, "src"));
      await layOutCompiled(library, join(compiled, library, "src"), join(layout, library, "dist"));
    }
  } finally {
    await rm(compiled, { recursive: true, force: true });
  }
}

/** Copies the source that the maps lead to, so that a debugger and an editor show it with its comments. */
async function layOutSource(library: Library, to: string): Promise<void> {
  const from = join(ROOT, "packages", library, "src");
  for (const path of globSync("**/*.ts", { cwd: from, exclude: ["**/*.test.ts"] })) {
    await mkdir(dirname(join(to, path)), { recursive: true });
    await copyFile(join(from, path), join(to, path));
  }
}

async function layOutCompiled(library: Library, from: string, to: string): Promise<void> {
  for (const path of globSync("**/*.{js,ts,map}", { cwd: from })) {
    await mkdir(dirname(join(to, path)), { recursive: true });
    const text = await readFile(join(from, path), "utf8");
    await writeFile(
      join(to, path),
      path.endsWith(".map") ? withSource(text, path) : withTargets(text, library),
    );
  }
}

/** `dist/keys/xid.js.map` maps to `src/keys/xid.ts`, wherever the package lies. */
function withSource(map: string, path: string): string {
  const source = join("src", path.replace(/(\.d\.ts|\.js)\.map$/, ".ts"));
  const sources = [relative(join("dist", dirname(path)), source).replaceAll("\\", "/")];
  return JSON.stringify({ ...JSON.parse(map), sources, sourceRoot: undefined });
}

/**
 * Makes imports work outside the workspace, too. The compiler leaves `.ts` in declarations; and a sibling's `#bc/dcbor`
 * has to name the carrier's subpath.
 */
function withTargets(text: string, library: Library): string {
  const compiled = text.replace(/((?:from|import\()\s*"\.{1,2}\/[^"]+)\.ts"/g, '$1.js"');
  return library === CARRIER
    ? compiled
    : compiled.replace(/(from\s*")#bc\//g, `$1${readManifest(CARRIER).name}/`);
}
