/** Makes maps name their sources by paths within the project, not by paths on the machine that packed them. */
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Rewrites the maps of bundles in `folder`. They hold the sources themselves, so no file has to be found. */
export function renameSources(folder: string): void {
  for (const path of globSync("**/*.map", { cwd: folder })) {
    const map = JSON.parse(readFileSync(join(folder, path), "utf8"));
    const sources = map.sources.map((source: string) =>
      source.replace(/^.*?\/(?=(node_modules|packages)\/)/, ""),
    );
    writeFileSync(join(folder, path), JSON.stringify({ ...map, sources }));
  }
}
