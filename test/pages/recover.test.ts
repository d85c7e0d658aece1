/**
 * The recovery page in a real Chromium: three servers, one of them on Postgres and one that makes transfers wait, real mail,
 * and a person who has nothing but the sheet and the contact.
 */
import { type Envelope, PrivateKeys } from "@bc/envelope";
import {
  beginBackup,
  confirmContact,
  EMPTY_PROFILE,
  joinAll,
  nameContact,
  type ProfileKeeper,
  type RecoverySheet,
  recoverySheetOf,
  recoverySheetPage,
  recoverySheetText,
  secretIn,
  sheetToEnvelope,
  storeBackup,
} from "@bc/share-client";
import { identityOf } from "@bc/share-protocol";
import axe, { type AxeResults } from "axe-core";
import type { BrowserContextOptions, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Mail, type Mailbox, openMailbox } from "../kit/mailbox.ts";
import { whyNoPostgres } from "../kit/postgres/cluster.ts";
import { createTestDatabase } from "../kit/postgres/database.ts";
import { startServer, type TestServer } from "../kit/spawn-server.ts";
import { animation } from "./animation.ts";
import { type CameraBrowser, chromiumPath, launchBrowser } from "./browser.ts";
import { scanScreen } from "./screen.ts";

const skipped =
  chromiumPath === undefined && process.env["CI"] !== "true" ? "no chromium on PATH" : whyNoPostgres();

const SEED = "ur:seed/oyadgdeeeygsvlztiokpvwdevsvdjksscmvaetcwsolyvl";
const TWO_OF_THREE = { groupThreshold: 1, groups: [{ threshold: 2, count: 3 }] };
const PASSPHRASE = "correct horse";

describe.skipIf(skipped)(`the recovery page${skipped ? ` (${skipped})` : ""}`, () => {
  let mailbox: Mailbox;
  let camera: CameraBrowser;
  let servers: readonly TestServer[];
  let urls: readonly string[];
  const complaints: string[] = [];
  const asked: string[] = [];

  beforeAll(async () => {
    mailbox = await openMailbox();
    const database = await createTestDatabase();
    const { environment } = mailbox;
    [camera, ...servers] = await Promise.all([
      launchBrowser(),
      startServer({ ...environment, RECOVERY_PAGE: "1" }),
      startServer({ ...environment, DATABASE_URL: database.url("share_server") }),
      startServer({ ...environment, TRANSFER_DELAY: "12s" }),
    ]);
    urls = servers.map(({ url }) => url());
  });
  afterAll(async () => {
    await camera?.[Symbol.asyncDispose]();
    await Promise.all((servers ?? []).map(({ stop }) => stop()));
    await mailbox?.[Symbol.asyncDispose]();
  });
  afterEach(async () => {
    await Promise.all(camera.browser.contexts().map((context) => context.close()));
    expect(complaints.splice(0)).toEqual([]);
    asked.length = 0;
  });

  async function open(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await camera.browser.newContext({
      permissions: ["camera"],
      viewport: { width: 400, height: 800 },
      ...options,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(120_000);
    page.on("pageerror", ({ message }) => complaints.push(message));
    page.on("console", (message) => {
      const isOfTheNetwork = message.text().startsWith("Failed to load resource");
      if (message.type() === "error" && !isOfTheNetwork) complaints.push(message.text());
    });
    page.on("request", (request) => {
      if (!request.url().startsWith("blob:")) asked.push(`${request.method()} ${request.url()}`);
    });
    await page.goto(new URL("/recover", urls[0]).href);
    return page;
  }

  /** A backup at the three servers, by a device that is then lost. */
  async function lostBackup(contact: string, hints = false): Promise<RecoverySheet> {
    let profile = EMPTY_PROFILE;
    const device: ProfileKeeper = {
      read: () => profile,
      update: async (change) => {
        profile = change(profile);
      },
    };
    const places = urls.map((url) => ({ url }));
    await beginBackup(device, { name: "seed", secret: SEED, places, plan: TWO_OF_THREE, hints });
    for (const outcome of await storeBackup(device, "seed")) expect(outcome).toHaveProperty("value");
    for (const url of urls) {
      await nameContact(device, url, contact);
      expect(await confirmContact(device, url, (await mailFrom(url, contact)).code)).toBe(true);
    }
    return recoverySheetOf(device, "seed");
  }

  /** The next mail with a code that this server sends to the contact. Notices are passed over. */
  const mailFrom = (url: string, contact: string) =>
    mailbox.next(contact, ({ code, link }) => code !== "" && link.startsWith(`${url}/`));

  const place = (page: Page, url = "") => page.getByRole("listitem").filter({ hasText: url });
  const says = (where: Locator, text: string | RegExp) => where.getByText(text).waitFor();

  async function paste(page: Page, text: string): Promise<void> {
    await page.getByRole("button", { name: "Paste text" }).click();
    await page.getByRole("textbox", { name: /Text that begins/ }).fill(text);
    await page.getByRole("button", { name: "Use this text" }).click();
  }

  async function ask(page: Page, contact: string): Promise<void> {
    await page.getByLabel("The contact that you named").fill(contact);
    await page.getByRole("button", { name: "Ask these servers" }).click();
  }

  async function typeCode(at: Locator, code: string): Promise<void> {
    await at.getByLabel(/^Code from/).fill(code);
    await at.getByRole("button", { name: "Confirm" }).click();
  }

  async function openLink({ link }: Mail): Promise<void> {
    const [address = "", token = ""] = link.split("?token=");
    const body = new URLSearchParams({ token });
    expect((await fetch(address, { method: "POST", body })).status).toBe(200);
  }

  /** All shares that the page shows, as the wallet scans them one after the other. */
  async function scanShares(page: Page, count: number): Promise<readonly Envelope[]> {
    await page.getByRole("button", { name: "Show the shares" }).click();
    const shares: Envelope[] = [];
    for (let number = 1; number <= count; number += 1) {
      await page.getByRole("heading", { name: `Share ${number} of ${count}` }).waitFor();
      shares.push(await scanScreen(page));
      if (number < count) await page.getByRole("button", { name: "Next share" }).click();
    }
    return shares;
  }

  test("brings the shares from three servers to a wallet: sheet by camera, codes, a link, a waiting time", async () => {
    const contact = "alice@example.com";
    const sheet = await lostBackup(contact);
    const [first = "", second = "", third = ""] = urls;
    await camera.show(animation([sheetToEnvelope(sheet).urString().toUpperCase()]));
    const page = await open();
    await page.getByRole("button", { name: "Scan with the camera" }).click();
    await says(page.locator("main"), "It takes 2 of 3 of the shares");
    for (const url of urls) {
      await says(place(page, url), "has proven so");
      expect(await place(page, url).getByRole("img", { name: "LifeHash" }).isVisible()).toBe(true);
    }
    await ask(page, ` ${contact} `);
    for (const url of urls) await says(place(page, url), "Asked.");

    const [mail, other, late] = await Promise.all(urls.map((url) => mailFrom(url, contact)));
    if (mail === undefined || other === undefined || late === undefined) throw new Error("three were sent");
    await typeCode(place(page, first), `${mail.code[0] === "0" ? "1" : "0"}${mail.code.slice(1)}`);
    await says(place(page, first), "Wrong code");
    await typeCode(place(page, first), mail.code.toLowerCase().replace("-", " "));
    await says(place(page, first), "Its account is here, with its share.");
    await says(page.locator("main"), "They are not enough yet.");

    await openLink(other);
    await says(place(page, second), "Its account is here, with its share.");
    await says(page.locator("main"), "They are enough to make the secret.");

    await typeCode(place(page, third), late.code);
    await says(place(page, third), "Confirmed. The account comes on");
    await says(place(page, third), "Its account is here, with its share.");

    const [recovered] = joinAll(await scanShares(page, 3));
    expect(recovered && secretIn(recovered.secret)).toBe(SEED);

    // What is asked of whom, and what is written where.
    const origins = new Set(asked.map((line) => new URL(line.split(" ")[1] ?? "").origin));
    expect([...origins].sort()).toEqual([...urls].sort());
    expect(asked.filter((line) => line.includes("?") || line.includes("#"))).toEqual([]);
    expect(new URL(page.url())).toMatchObject({ pathname: "/recover", search: "", hash: "" });
    const stored = await page.evaluate(() => [localStorage.length, sessionStorage.length, document.cookie]);
    expect(stored).toEqual([0, 0, ""]);
    for (const { log } of servers) {
      for (const text of [contact, mail.code, "ur:seed", "crypto-prvkeys"]) expect(log()).not.toContain(text);
    }

    await page.getByRole("button", { name: "My wallet has it" }).click();
    await page.getByRole("button", { name: "Yes: forget all" }).click();
    await says(page.locator("main"), "All is forgotten");
    expect(await page.getByRole("listitem").filter({ hasText: first }).count()).toBe(0);
  });

  test("tells of a server that is down and of one that is another, and asks that one for nothing", async () => {
    const contact = "bob@example.com";
    const sheet = await lostBackup(contact);
    const [first = "", second = "", third = ""] = urls;
    const stranger = identityOf(PrivateKeys.generate()).xid;
    const away = "http://127.0.0.1:1";
    const places = sheet.places.map((one) => {
      if (one.url === second) return { ...one, server: stranger };
      return one.url === third ? { ...one, url: away } : one;
    });
    const page = await open();
    const file = { name: "sheet.html", mimeType: "text/html" };
    const buffer = Buffer.from(recoverySheetPage({ ...sheet, places }));
    await page.getByLabel("Choose file").setInputFiles({ ...file, buffer });
    await says(place(page, second), "Not the server of your sheet");
    expect(await place(page, second).getByRole("img").count()).toBe(0);
    expect(await place(page, second).getByRole("button").count()).toBe(0);
    await says(place(page, away), "can’t be reached");
    await says(place(page, first), "has proven so");

    // It was asked who it is, and nothing else.
    const askedOfIt = () => asked.filter((line) => line.includes(` ${second}/`)).length;
    const before = askedOfIt();
    await ask(page, contact);
    await typeCode(place(page, first), (await mailFrom(first, contact)).code);
    await says(place(page, first), "Its account is here");
    await says(page.locator("main"), "They are not enough yet.");
    expect(askedOfIt()).toBe(before);

    // Somebody gets the server that was away to work again.
    await place(page, away).getByRole("button", { name: "Try again" }).click();
    await says(place(page, away), "can’t be reached");
  });

  test("goes on after the page was loaded anew, from an encrypted file", async () => {
    const contact = "carol@example.com";
    const sheet = await lostBackup(contact);
    const [first = "", , third = ""] = urls;
    const page = await open();
    const warnings: string[] = [];
    page.on("dialog", async (dialog) => {
      warnings.push(dialog.type());
      await dialog.accept();
    });
    await paste(page, recoverySheetText(sheet));
    await ask(page, contact);
    await typeCode(place(page, third), (await mailFrom(third, contact)).code);
    await says(place(page, third), "Confirmed. The account comes on");

    await page.getByText("Go on later, or on another device").click();
    const [passphrase, again] = [
      page.getByLabel("A passphrase for the file"),
      page.getByLabel("The same again"),
    ];
    await passphrase.fill("short");
    await page.getByRole("button", { name: "Save file" }).first().click();
    await says(page.locator("main"), "needs 8 characters or more");
    await passphrase.fill(PASSPHRASE);
    await again.fill(PASSPHRASE);
    const downloading = page.waitForEvent("download");
    await page.getByRole("button", { name: "Save file" }).first().click();
    const download = await downloading;
    expect(download.suggestedFilename()).toBe("recovery.ur");
    const chunks: Uint8Array[] = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk);
    const saved = Buffer.concat(chunks);
    expect(saved.toString()).toMatch(/^ur:envelope\/[a-z]+\n$/);
    expect(warnings).toEqual([]);

    await page.reload();
    expect(await page.getByRole("listitem").filter({ hasText: first }).count()).toBe(0);
    await page.getByLabel("Choose file").setInputFiles({
      name: "recovery.ur",
      mimeType: "text/plain",
      buffer: saved,
    });
    const secret = page.getByLabel("The passphrase of the file");
    await secret.fill("another horse");
    await page.getByRole("button", { name: "Go on" }).click();
    await says(page.locator("main"), "does not open with this passphrase");
    await secret.fill(PASSPHRASE);
    await page.getByRole("button", { name: "Go on" }).click();
    await says(place(page, third), "Its account is here, with its share.");
    // The code that was sent before still counts: the keys are the same.
    await typeCode(place(page, first), (await mailFrom(first, contact)).code);
    await says(page.locator("main"), "They are enough to make the secret.");
    const [recovered] = joinAll(await scanShares(page, 2));
    expect(recovered && secretIn(recovered.secret)).toBe(SEED);
  });

  test("warns before the keys are lost", async () => {
    const contact = "dora@example.com";
    await lostBackup(contact);
    const page = await open();
    await typeAddresses(page, urls[0] ?? "");
    await ask(page, contact);
    await says(place(page, urls[0]), "Asked.");
    const warned = page.waitForEvent("dialog");
    const closing = page.close({ runBeforeUnload: true });
    const dialog = await warned;
    expect(dialog.type()).toBe("beforeunload");
    await dialog.dismiss();
    await closing;
    await says(place(page, urls[0]), "Asked.");
  });

  test("without a sheet, one address leads to the others; a wrong contact can be taken back", async () => {
    const contact = "erin@example.com";
    await lostBackup(contact, true);
    const [first = "", second = "", third = ""] = urls;
    const page = await open();
    await typeAddresses(page, "ftp://what");
    await says(page.locator("main"), "This is no address of a server: ftp://what");
    await typeAddresses(page, `${first}/`);
    await says(place(page, first), "Nothing here vouches for it");
    await ask(page, "erin@");
    await says(place(page, first), "This server takes no such contact");
    await place(page, first).getByRole("button", { name: "Ask for another contact" }).click();
    await ask(page, "nobody@example.com");
    await says(place(page, first), "Asked. If an account has the contact nobody@example.com");
    await place(page, first).getByRole("button", { name: "Ask for another contact" }).click();
    await ask(page, contact);
    await says(place(page, first), `Asked. If an account has the contact ${contact}`);
    await typeCode(place(page, first), (await mailFrom(first, contact)).code);
    for (const url of [second, third]) await says(place(page, url), "A share that came names this server");
    expect(asked.filter((line) => line.startsWith(`POST ${third}`)).length).toBeLessThanOrEqual(1);

    // Each with a contact of its own.
    await page.getByLabel("Another contact for each server").check();
    await page.getByLabel(`Contact for ${second}`).fill(contact);
    await page.getByLabel(`Contact for ${third}`).fill("nobody@example.com");
    await page.getByRole("button", { name: "Ask these servers" }).click();
    await typeCode(place(page, second), (await mailFrom(second, contact)).code);
    await says(page.locator("main"), "They are enough to make the secret.");
  });

  test("takes nothing that is no sheet, and stops at a secret", async () => {
    const page = await open();
    await paste(page, sheetToEnvelope(aSheet()).subject().urString());
    await says(page.locator("main"), "That is no recovery sheet");
    await paste(page, SEED);
    await says(page.locator("main"), "Stop: that is a seed.");
    expect(asked.filter((line) => line.startsWith("POST"))).toEqual([]);
  });

  test("has nothing that axe would find fault with, in light and dark, and fits a narrow screen", async () => {
    const contact = "fred@example.com";
    const sheet = await lostBackup(contact);
    const page = await open({ viewport: { width: 360, height: 740 } });
    await page.evaluate(axe.source);
    const check = async () => {
      const { violations } = await page.evaluate<AxeResults>("axe.run()");
      expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    };
    await page.getByText("No sheet?").click();
    await check();
    await paste(page, recoverySheetText(sheet));
    await page.getByLabel("Another contact for each server").check();
    await check();
    await ask(page, contact);
    await typeCode(place(page, urls[1]), (await mailFrom(urls[1] ?? "", contact)).code);
    await says(place(page, urls[1]), "Its account is here");
    await page.getByText("Go on later, or on another device").click();
    await page.getByText("What this page knows, and keeps").click();
    await page.getByRole("button", { name: "Show the shares" }).click();
    await check();
    await page.emulateMedia({ colorScheme: "dark" });
    await check();
  });

  async function typeAddresses(page: Page, text: string): Promise<void> {
    const field = page.getByLabel("Addresses of the servers");
    if (!(await field.isVisible())) await page.getByText("No sheet?").click();
    await field.fill(text);
    await page.getByRole("button", { name: "Use these addresses" }).click();
  }

  function aSheet(): RecoverySheet {
    const server = identityOf(PrivateKeys.generate()).xid;
    const places = [{ url: urls[0] ?? "", server }];
    return { name: "seed", date: "2026-11-29", quorum: "1 of 1", shareSets: ["8c1f"], places };
  }
});
