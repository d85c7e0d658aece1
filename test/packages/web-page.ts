/** A folder of files as a web site, opened in a real browser. */
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { chromium } from "playwright-core";
import { chromiumPath } from "../pages/browser.ts";

const TYPES: Readonly<Record<string, string>> = { ".html": "text/html", ".js": "text/javascript" };

/** What the page in `folder` shows in the end: the first text of its body that `expected` matches. */
export async function textOfPage(folder: string, expected: RegExp): Promise<string> {
  if (chromiumPath === undefined) throw new Error("no Chromium on PATH: install the package chromium");
  const site = createServer(async (request, response) => {
    const path = request.url === "/" ? "/index.html" : (request.url ?? "");
    try {
      const body = await readFile(join(folder, path));
      response
        .writeHead(200, { "content-type": TYPES[extname(path)] ?? "application/octet-stream" })
        .end(body);
    } catch {
      response.writeHead(404).end();
    }
  }).listen(0, "127.0.0.1");
  await once(site, "listening");
  const browser = await chromium.launch({
    executablePath: chromiumPath,
    args: ["--no-sandbox", "--disable-gpu"],
  });
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}/`);
    return (await page.locator("body").filter({ hasText: expected }).textContent()) ?? "";
  } finally {
    await browser.close();
    site.close();
  }
}
