#!/usr/bin/env node
/**
 * Makes the pages' files: markup in each language, style sheets, a script for each page, one for their worker, and the
 * lists of words that secrets are written with.
 *
 * Node makes them when the first browser asks, and serves them from memory, so they are never stale. As a program,
 * `npm run page`, this writes them to `public/`, for Workers and other static hosts.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { BuildOptions, Plugin } from "esbuild";
import { LANGUAGES } from "./languages/index.ts";
import { assemble } from "./markup.ts";
import { readWordLists } from "./secrets/read-word-lists.ts";

const SOURCE = import.meta.dirname;
const PUBLIC = join(SOURCE, "../../public");

/** What few keys need: ML-DSA and ML-KEM, and signatures of SSH. Each becomes a file of its own, beside the scripts. */
const LATER = [
  { source: inEnvelope("keys/post-quantum/noble.ts"), file: "page/post-quantum.js" },
  { source: inEnvelope("keys/ssh/verify.ts"), file: "page/ssh.js" },
];

function inEnvelope(path: string): string {
  return fileURLToPath(new URL(path, import.meta.resolve("@bc/envelope")));
}

/** The content of each file, by the path that a browser asks for. Markup has its language before the ending. */
export type PageFiles = ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

/** Each page in all its languages, by the name of its markup. */
const PAGES: Readonly<Record<string, readonly string[]>> = { index: Object.keys(LANGUAGES) };
/** A wallet to try the page with, for developers. */
const WALLET_DEMO: typeof PAGES = { "wallet-demo": ["en"] };

/** The page that gets lost shares back. */
const RECOVERY_PAGE: typeof PAGES = { recover: Object.keys(LANGUAGES) };

/** Which pages there are beside the exchange page. Default: none. */
export type PageChoice = { readonly walletDemo?: boolean; readonly recoveryPage?: boolean };

export async function buildPages({ walletDemo, recoveryPage }: PageChoice = {}): Promise<PageFiles> {
  const pages = { ...PAGES, ...(walletDemo && WALLET_DEMO), ...(recoveryPage && RECOVERY_PAGE) };
  const others = Object.keys(pages).filter((name) => name !== "index");
  const scripts = ["page", "decoder", ...others].map((name) => `${name}.ts`);
  const styles = ["page.css", ...(recoveryPage ? ["recover.css"] : [])];
  const { build, stop } = await import("esbuild");
  const options: BuildOptions & { readonly write: false } = {
    absWorkingDir: SOURCE,
    bundle: true,
    minify: true,
    write: false,
    charset: "utf8",
    target: ["es2023", "chrome111", "firefox115", "safari16.4"],
    logLevel: "silent",
  };
  const results = await Promise.all([
    build({ ...options, entryPoints: [...scripts, ...styles], outdir: "page", plugins: [leaveForLater] }),
    ...LATER.map(({ source, file }) =>
      build({ ...options, entryPoints: [source], outfile: file, format: "esm" }),
    ),
  ]);
  await stop();
  const outputFiles = results.flatMap((result) => result.outputFiles);
  const markup = Object.entries(pages).flatMap(([name, languages]) =>
    languages.map(async (language) => [`${name}.${language}.html`, await assemble(name, language)] as const),
  );
  return new Map([
    ...outputFiles.map(({ path, contents }) => [pathIn(path), new Uint8Array(contents)] as const),
    ...(await Promise.all(markup)),
    ["page/icon.svg", await readFile(join(SOURCE, "icon.svg"))],
    ["page/words.json", new TextEncoder().encode(JSON.stringify(await readWordLists()))],
  ]);
}

/** A browser fetches it by itself, when it meets the first key that needs it. */
const leaveForLater: Plugin = {
  name: "leave for later",
  setup: ({ onResolve }) => {
    onResolve({ filter: /^\.\// }, ({ kind, path, resolveDir }) => {
      if (kind !== "dynamic-import") return undefined;
      const later = LATER.find(({ source }) => source === join(resolveDir, path));
      return later && { path: `./${basename(later.file)}`, external: true };
    });
  },
};

function pathIn(path: string): string {
  return path.slice(SOURCE.length + 1).replaceAll("\\", "/");
}

if (import.meta.main) {
  for (const [path, content] of await buildPages({ recoveryPage: true })) {
    const target = join(PUBLIC, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, content);
  }
}
