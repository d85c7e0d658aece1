/** `npm run bench -- client`: what a call costs the client itself, in Node and, if it is installed, in Chromium. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { textOfPage } from "../test/packages/web-page.ts";
import { chromiumPath } from "../test/pages/browser.ts";
import { type CallCosts, measureCalls, SCHEMES } from "./client-calls.ts";
import { printTable, progress, type Row } from "./report.ts";

export async function measureClient(repetitions: number): Promise<void> {
  progress("in Node");
  const inNode: CallCosts[] = [];
  for (const scheme of SCHEMES) inNode.push(await measureCalls(scheme, repetitions));
  progress("in Chromium");
  const inChromium = chromiumPath === undefined ? [] : await measureInBrowser(repetitions);
  printTable(
    "The client's own time for a sealed storeShare: medians in ms",
    ["", "Node: to ask", "to read the answer", "Chromium: to ask", "to read the answer"],
    SCHEMES.map((scheme, i): Row => [scheme, ...cells(inNode[i]), ...cells(inChromium[i])]),
  );
  if (chromiumPath === undefined) console.log("no Chromium on PATH: nothing was measured in a browser\n");
}

function cells(costs: CallCosts | undefined): readonly number[] {
  return [costs?.building ?? Number.NaN, costs?.opening ?? Number.NaN];
}

async function measureInBrowser(repetitions: number): Promise<readonly CallCosts[]> {
  const folder = await mkdtemp(join(tmpdir(), "share-bench-client-"));
  try {
    await build({
      stdin: { contents: script(repetitions), resolveDir: import.meta.dirname },
      outfile: join(folder, "script.js"),
      bundle: true,
      minify: true,
      format: "esm",
      target: "es2024",
      logLevel: "silent",
    });
    await writeFile(
      join(folder, "index.html"),
      '<!doctype html><body><script type="module" src="script.js"></script>',
    );
    return JSON.parse(await textOfPage(folder, /^\[.*\]$/)) as readonly CallCosts[];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Shows the costs of all schemes on the page. */
function script(repetitions: number): string {
  return `
    import { measureCalls, SCHEMES } from "./client-calls.ts";
    const costs = [];
    for (const scheme of SCHEMES) costs.push(await measureCalls(scheme, ${repetitions}));
    document.body.textContent = JSON.stringify(costs);`;
}
