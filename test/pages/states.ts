#!/usr/bin/env node
/**
 * Takes pictures of every state of the exchange page, for people to look at: `npm run page:states -- de en`.
 *
 * For each language, in light and dark, at the widths of a telephone, a tablet and a desk, there is one PNG for every five
 * states, in a temporary folder whose name it prints. Without languages it takes all of them.
 */
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PrivateKeys, randomBytes } from "@bc/envelope";
import { buildRequest, fetchServer, serverFromDocument } from "@bc/share-client";
import { identityOf } from "@bc/share-protocol";
import type { Page } from "playwright-core";
import { MultipartEncoder, type UR } from "#bc/ur";
import { LANGUAGES, type Texts } from "../../src/page/languages/index.ts";
import { otherServer } from "../kit/people.ts";
import { startServer } from "../kit/spawn-server.ts";
import { animation } from "./animation.ts";
import { launchBrowser } from "./browser.ts";

/** By the width of the window, that of its picture on the sheet. */
const WIDTHS: Readonly<Record<number, number>> = { 360: 360, 768: 560, 1280: 720 };
const HEIGHT = 740;
/** Pictures on a sheet. */
const ON_A_SHEET = 5;

type Stage = { readonly page: Page; readonly texts: Texts };

await using server = await startServer();
await using camera = await launchBrowser();
const known = await fetchServer({ url: server.url() });
const stranger = await serverFromDocument(otherServer.document);
const wallet = identityOf(PrivateKeys.generate());
const client = server.client({ keys: PrivateKeys.generate() });
for (let i = 0; i < 7; i++) await client.storeShare(randomBytes(4_000));

async function request(size: number, { sealed = true, to = known } = {}): Promise<UR> {
  const call = { name: "storeShare", parameters: { data: randomBytes(size) } } as const;
  return (await buildRequest(call, wallet, to, { date: new Date(), sealed })).envelope.ur();
}

const part = (page: Page, name: string) => page.locator(`[data-part="${name}"]`);

async function paste({ page, texts }: Stage, text: string): Promise<void> {
  const field = page.getByRole("textbox", { name: texts.reader.textLabel });
  if (!(await field.isVisible())) await page.getByRole("button", { name: texts.reader.pasteText }).click();
  await field.fill(text);
  await page.getByRole("button", { name: texts.reader.useText }).click();
}

async function send(stage: Stage, ur: UR): Promise<void> {
  await paste(stage, ur.toString());
  await part(stage.page, "send").click();
  await part(stage.page, "answered").waitFor();
}

async function watch({ page }: Stage, codes: readonly (string | undefined)[]): Promise<void> {
  await camera.show(animation(codes, { each: 2 }));
  await part(page, "open-camera").click();
  await part(page, "view").waitFor();
}

async function partsOf(count: number): Promise<readonly string[]> {
  const encoder = new MultipartEncoder(await request(2_500), 200);
  return Array.from({ length: count }, () => encoder.nextPart().toUpperCase());
}

/** What leads to each state, from a page that was just opened. */
const STATES: Readonly<Record<string, (stage: Stage) => Promise<void>>> = {
  start: async () => {},
  "the server's code": ({ page }) => part(page, "show-server").click(),
  "a server that is silent": async ({ page, texts }) => {
    await page.route(server.url(), (route) =>
      route.request().isNavigationRequest() ? route.continue() : route.abort(),
    );
    await page.reload();
    await page.getByText(texts.server.silent).waitFor();
  },
  "a field for text": async ({ page }) => part(page, "open-paste").click(),
  "text that is damaged": async (stage) => paste(stage, (await request(50)).toString().slice(0, -30)),
  "parts that are missing": async (stage) => paste(stage, (await partsOf(4)).join("\n")),
  "a secret": (stage) => paste(stage, "abandon ".repeat(11).concat("about")),
  "a camera that sees nothing": (stage) => watch(stage, [undefined]),
  "a film that is half read": async (stage) => {
    await watch(stage, await partsOf(7));
    await stage.page.waitForFunction(() => (document.querySelector("progress")?.value ?? 0) >= 7);
  },
  "a camera that was stopped": async (stage) => {
    await watch(stage, await partsOf(5));
    await stage.page.waitForFunction(() => (document.querySelector("progress")?.value ?? 0) >= 5);
    await part(stage.page, "close-camera").click();
  },
  "a camera that is not allowed": async ({ page }) => {
    await page.evaluate(() => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("", "NotAllowedError"));
    });
    await part(page, "open-camera").click();
    await part(page, "hint").getByText(/./).first().waitFor();
  },
  "a sealed request": async (stage) => paste(stage, (await request(300)).toString()),
  "a plain request": async (stage) => paste(stage, (await request(300, { sealed: false })).toString()),
  "no network": async (stage) => {
    await paste(stage, (await request(300)).toString());
    await stage.page.context().setOffline(true);
    await part(stage.page, "send").click();
    await part(stage.page, "send-status").locator("strong").waitFor();
  },
  "a sealed answer": async (stage) => send(stage, await request(300)),
  "a plain answer": async (stage) => send(stage, await request(20, { sealed: false })),
  "a refusal": async (stage) => send(stage, await request(20, { to: stranger })),
  "an answer that is too large": async (stage) => {
    await send(stage, (await client.prepare("retrieveShares", { receipts: [] })).envelope.ur());
  },
  "help for the other camera": async (stage) => {
    await send(stage, await request(300));
    await part(stage.page, "answer").locator("summary").click();
    await part(stage.page, "answer").locator('[data-part="copy"]').click();
  },
  "starting over": async (stage) => {
    await send(stage, await request(300));
    await part(stage.page, "start-over").click();
  },
};

type Shot = { readonly name: string; readonly png: Buffer };

/** Pictures of all states, by the name of the sheet that they belong on. */
async function shoot(language: string): Promise<ReadonlyMap<string, readonly Shot[]>> {
  const texts = LANGUAGES[language];
  if (texts === undefined) throw new RangeError(`the page has no ${language}`);
  const sheets = new Map<string, Shot[]>();
  for (const [name, reach] of Object.entries(STATES)) {
    const context = await camera.browser.newContext({
      locale: language,
      permissions: ["camera"],
      viewport: { width: 360, height: HEIGHT },
    });
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    await page.goto(server.url());
    await page.getByText(texts.server.compare).waitFor();
    await reach({ page, texts });
    for (const width of Object.keys(WIDTHS).map(Number)) {
      await page.setViewportSize({ width, height: HEIGHT });
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        const sheet = `${language}-${width}-${colorScheme}`;
        // A question lies over what is in sight, not over the whole page.
        const fullPage = !(await page.locator("dialog[open]").isVisible());
        const png = await page.screenshot({ fullPage, animations: "disabled" });
        sheets.set(sheet, [...(sheets.get(sheet) ?? []), { name, png }]);
      }
    }
    await context.close();
  }
  return sheets;
}

/** Pictures side by side. */
async function sheetOf(shots: readonly Shot[], width: number): Promise<Buffer> {
  const page = await camera.browser.newPage({
    viewport: { width: (width + 20) * shots.length, height: HEIGHT },
  });
  const figures = shots.map(({ name, png }) => {
    const source = `data:image/png;base64,${png.toString("base64")}`;
    return `<figure><figcaption>${name}</figcaption><img width="${width}" src="${source}"></figure>`;
  });
  const style = "body{display:flex;margin:0;background:#888;font:16px sans-serif}figure{margin:10px}";
  await page.setContent(`<style>${style}</style>${figures.join("")}`);
  const sheet = await page.screenshot({ fullPage: true });
  await page.close();
  return sheet;
}

const chosen = process.argv.slice(2);
const folder = await mkdtemp(join(tmpdir(), "page-states-"));
for (const language of chosen.length > 0 ? chosen : Object.keys(LANGUAGES)) {
  for (const [sheet, shots] of await shoot(language)) {
    const width = WIDTHS[Number(sheet.split("-")[1])] ?? 0;
    for (let i = 0; i < shots.length; i += ON_A_SHEET) {
      const path = join(folder, `${sheet}-${i / ON_A_SHEET + 1}.png`);
      await writeFile(path, await sheetOf(shots.slice(i, i + ON_A_SHEET), width));
    }
  }
}
process.stdout.write(`${folder}\n`);
