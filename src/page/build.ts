#!/usr/bin/env node
/**
 * Makes the page's files: markup with its parts in place, one style sheet, a script for the page, one for its worker,
 * and the lists of words that secrets are written with.
 *
 * Node makes them when the first browser asks, and serves them from memory, so they are never stale. As a program,
 * `npm run page`, this writes them to `public/`, for Workers and other static hosts.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { readWordLists } from "./secrets/read-word-lists.ts";

const SOURCE = import.meta.dirname;
const PUBLIC = join(SOURCE, "../../public");

/** The content of each file, by the path that a browser asks for. */
export type PageFiles = ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

/** @param walletDemo whether to add a wallet to try the page with. */
export async function buildPage(walletDemo = false): Promise<PageFiles> {
  const names = ["page", ...(walletDemo ? ["wallet-demo"] : [])];
  const { build, stop } = await import("esbuild");
  const { outputFiles } = await build({
    absWorkingDir: SOURCE,
    entryPoints: [...names, "decoder"].map((name) => `${name}.ts`).concat("page.css"),
    outdir: "page",
    bundle: true,
    minify: true,
    write: false,
    charset: "utf8",
    target: ["es2023", "chrome111", "firefox115", "safari16.4"],
    logLevel: "silent",
  });
  await stop();
  const scripts = outputFiles.map(({ path, contents }) => [pathIn(path), new Uint8Array(contents)] as const);
  const markup = await Promise.all(
    ["index", ...names.slice(1)].map(
      async (name) => [`${name}.html`, await assemble(`${name}.html`)] as const,
    ),
  );
  return new Map([
    ...scripts,
    ...markup,
    ["page/icon.svg", await readFile(join(SOURCE, "icon.svg"))],
    ["page/words.json", new TextEncoder().encode(JSON.stringify(await readWordLists()))],
  ]);
}

function pathIn(path: string): string {
  return path.slice(SOURCE.length + 1).replaceAll("\\", "/");
}

/** The markup with each `<!-- name.html -->` replaced by that file. */
async function assemble(name: string): Promise<Uint8Array<ArrayBuffer>> {
  let markup = await readFile(join(SOURCE, name), "utf8");
  for (const [comment, included = ""] of markup.matchAll(/<!-- ([a-z-]+\.html) -->/g)) {
    markup = markup.replaceAll(comment, await readFile(join(SOURCE, included), "utf8"));
  }
  return new TextEncoder().encode(markup);
}

if (import.meta.main) {
  for (const [path, content] of await buildPage()) {
    const target = join(PUBLIC, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, content);
  }
}
