/**
 * The page in a real Chromium, with the real server behind it and animations in place of a camera.
 *
 * Everything a user does is done through what a user sees: roles, labels and texts.
 */

import { join } from "node:path";
import { crc32 } from "node:zlib";
import { Envelope, PrivateKeys, randomBytes } from "@bc/envelope";
import {
  type BuiltRequest,
  buildRequest,
  fetchServer,
  type KnownServer,
  modulesOf,
  openAnswer,
  Receipt,
  readResult,
  serverFromDocument,
} from "@bc/share-client";
import type { Call, NativeName } from "@bc/share-protocol";
import { documentToUR, identityOf } from "@bc/share-protocol";
import { entropyToMnemonic } from "@scure/bip39";
import { wordlist as spanish } from "@scure/bip39/wordlists/spanish.js";
import axe, { type AxeResults } from "axe-core";
import type { BrowserContextOptions, Page } from "playwright-core";
import encodeQR from "qr";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { cbor, taggedValue } from "#bc/dcbor";
import { MultipartEncoder, UR } from "#bc/ur";
import { encodePng } from "../../packages/cli/src/png.ts";
import { bmpOf, drawCodes } from "../kit/drawn-codes.ts";
import { otherServer } from "../kit/people.ts";
import { readPicture } from "../kit/qr-pictures.ts";
import { newUser } from "../kit/share-command.ts";
import { startServer, type TestServer } from "../kit/spawn-server.ts";
import { animation, withLoss } from "./animation.ts";
import { type CameraBrowser, chromiumPath, launchBrowser } from "./browser.ts";
import { readScreen, scanScreen } from "./screen.ts";

const isSkipped = chromiumPath === undefined && process.env["CI"] !== "true";

/** As a shaky hand before a poor screen in a dim room. */
const WORN = { turned: 5, noise: 35, blur: 2, size: 0.85 };

describe.skipIf(isSkipped)(
  `the page in Chromium${isSkipped ? ": skipped, as PATH has no chromium" : ""}`,
  () => {
    const wallet = identityOf(PrivateKeys.generate());
    let testServer: TestServer;
    let camera: CameraBrowser;
    let server: KnownServer;
    const complaints: string[] = [];

    beforeAll(async () => {
      camera = await launchBrowser();
      testServer = await startServer({ WALLET_DEMO: "1" });
      server = await fetchServer({ url: testServer.url() });
    });

    afterAll(async () => {
      await camera?.[Symbol.asyncDispose]();
      await testServer?.stop();
    });

    afterEach(async () => {
      await Promise.all(camera.browser.contexts().map((context) => context.close()));
      // Foreign requests, errors, and whatever the Content-Security-Policy forbids.
      expect(complaints.splice(0)).toEqual([]);
    });

    async function open(path = "/", options: BrowserContextOptions = {}): Promise<Page> {
      const context = await camera.browser.newContext({
        permissions: ["camera"],
        viewport: { width: 360, height: 740 },
        ...options,
      });
      const page = await context.newPage();
      const address = new URL(path, testServer.url());
      page.setDefaultTimeout(120_000);
      page.on("pageerror", ({ message }) => complaints.push(message));
      page.on("console", (message) => {
        const isOfTheNetwork = message.text().startsWith("Failed to load resource");
        if (message.type() === "error" && !isOfTheNetwork) complaints.push(message.text());
      });
      page.on("request", (request) => {
        if (!request.url().startsWith(address.origin) && !request.url().startsWith("blob:")) {
          complaints.push(`asked for ${request.url()}`);
        }
      });
      await page.goto(address.href);
      return page;
    }

    function build<Name extends NativeName>(
      call: Call<Name>,
      sealed = true,
      to = server,
    ): Promise<BuiltRequest> {
      return buildRequest(call, wallet, to, { date: new Date(), sealed });
    }

    const storing = (size: number) => {
      return { name: "storeShare", parameters: { data: randomBytes(size) } } as const;
    };

    async function paste(page: Page, text: string): Promise<void> {
      await page.getByRole("button", { name: "Paste text" }).click();
      await page.getByRole("textbox", { name: /Text that begins/ }).fill(text);
      await page.getByRole("button", { name: "Use this text" }).click();
    }

    async function drop(page: Page, { file = "", text = "" }): Promise<void> {
      const dataTransfer = await page.evaluateHandle(
        (dropped) => {
          const transfer = new DataTransfer();
          if (dropped.file !== "") transfer.items.add(new File([dropped.file], "request.ur"));
          if (dropped.text !== "") transfer.setData("text/plain", dropped.text);
          return transfer;
        },
        { file, text },
      );
      await page.dispatchEvent("body", "drop", { dataTransfer });
    }

    const sending = (page: Page) => page.getByRole("button", { name: "Send to the server" }).click();
    const heading = (page: Page, name: string | RegExp) => page.getByRole("heading", { name }).waitFor();
    const answer = (page: Page) => page.getByRole("region", { name: "Take the answer back" });

    test("stores 4 KB from a bad animation that is joined in its middle, a fifth of it lost", async () => {
      const call = storing(3_700);
      const { id, envelope } = await build(call);
      expect(envelope.cborData().length).toBeGreaterThan(4_000);
      await camera.show(
        animation(withLoss(partsOf(envelope.ur(), 70), 0.2).slice(8), { wear: WORN, rate: 15 }),
      );
      const page = await open();
      const hints = await hintsOf(page);
      await page.getByRole("button", { name: "Scan with the camera" }).click();
      await heading(page, "Your request is read");
      expect(await hints()).toContainEqual(
        expect.stringMatching(/^(?:A quarter is|Half is|Three quarters are) read/),
      );
      await sending(page);
      await heading(page, "The answer is here");
      const opened = await openAnswer(await scanScreen(page), { id, identity: wallet, server });
      expect(readResult(call, opened, wallet.xid).equals(Receipt.of(wallet.xid, call.parameters.data))).toBe(
        true,
      );
    });

    test("carries what the command line shows, and the command line reads the answer off the screen", async () => {
      const user = await newUser();
      const offline = ["--server", documentToUR(server.document)];
      await user.file("share.bin", randomBytes(1_000));
      const shown = await user.share(["request", "store", "share.bin", "--qr-dir", "codes", ...offline]);
      const [, id = ""] = /^id ([0-9a-f]{64})$/m.exec(shown.stderr) ?? [];
      const pictures = shown.stdout.trim().split("\n");
      const codes = await Promise.all(pictures.map((picture) => readPicture(join(user.folder, picture))));
      // Pictures hold each part once, so what is lost in one round comes in the next.
      const rounds = Array.from({ length: 12 }, () => codes).flat();
      await camera.show(animation(withLoss(rounds, 0.3).slice(2), { wear: WORN, rate: 15 }));
      const page = await open();
      await page.getByRole("button", { name: "Scan with the camera" }).click();
      await heading(page, "Your request is read");
      await sending(page);
      await heading(page, "The answer is here");
      const answered = await user.file("answer.ur", (await scanScreen(page)).urString());
      const opened = await user.share(["open", answered, "--id", id, ...offline]);
      expect(opened).toMatchObject({ code: 0, stdout: expect.stringMatching(/^[0-9a-f]{64}\n$/) });
    });

    test("shows an answer of 4 KB as an animation that a camera can read", async () => {
      const { data } = storing(4_000).parameters;
      const receipt = await testServer.client({ keys: wallet.privateKeys }).storeShare(data);
      const call = { name: "retrieveShares", parameters: { receipts: [receipt] } } as const;
      const { id, envelope } = await build(call);
      const page = await open("/", { viewport: { width: 480, height: 900 } });
      await paste(page, envelope.urString());
      await sending(page);
      await answer(page).getByText("Your device can’t read it?").click();
      await answer(page).getByLabel("Squares").selectOption("large");
      await answer(page).getByLabel("Speed").selectOption("8");
      const opened = await openAnswer(await scanScreen(page), { id, identity: wallet, server });
      expect(readResult(call, opened, wallet.xid)).toEqual([{ receipt, data }]);
    });

    test("offers an answer that is too large for QR codes as a file", async () => {
      const client = testServer.client({ keys: PrivateKeys.generate() });
      for (let i = 0; i < 7; i++) await client.storeShare(randomBytes(4_000));
      const { envelope } = await client.prepare("retrieveShares", { receipts: [] });
      const page = await open();
      await paste(page, envelope.urString());
      await sending(page);
      await answer(page)
        .getByText(/^\d+\.\d kB are too much for QR codes/)
        .waitFor();
      expect(await answer(page).getByRole("img").count()).toBe(0);
      const saved = page.waitForEvent("download");
      await answer(page).getByRole("button", { name: "Save file" }).click();
      expect(await read(await (await saved).createReadStream())).toMatch(/^ur:envelope\/[a-z]{56000,}\n$/);
    });

    test("is not led astray by other codes, and says what they are", async () => {
      const [{ envelope }, { envelope: other }] = [await build(storing(500)), await build(storing(500))];
      const seed = UR.from("seed", cbor(new Uint8Array(16)))
        .toString()
        .toUpperCase();
      const astray = [
        undefined,
        "HTTPS://EXAMPLE.COM/",
        "UR:ENVELOPE/1-1000000/LPADASCFADAXCYWENBPLJKHDCA",
        seed,
      ];
      // Each long enough for a busy machine to look at it.
      const codes = [
        ...astray.flatMap((code) => Array.from({ length: 12 }, () => code)),
        ...partsOf(other.ur(), 3),
      ];
      await camera.show(animation([...codes, ...partsOf(envelope.ur(), 20)], { rate: 8 }));
      const page = await open();
      const hints = await hintsOf(page);
      await page.getByRole("button", { name: "Scan with the camera" }).click();
      await heading(page, "Your request is read");
      const told = await hints();
      expect(told).toContainEqual(expect.stringContaining("That is no message for a share server"));
      expect(told).toContainEqual(expect.stringContaining("too large for QR codes"));
      expect(told).toContainEqual(expect.stringContaining("Stop: that is a seed"));
      await sending(page);
      await heading(page, "The answer is here");
    });

    test("tells what is asked where it is not sealed, and that it was done", async () => {
      const call = storing(20);
      const { id, envelope } = await build(call, false);
      const page = await open();
      // By keyboard alone.
      await page.getByRole("button", { name: "Paste text" }).press("Enter");
      // With the lines broken, as mail programs do it.
      const lines = partsOf(envelope.ur(), 12).flatMap((part) => part.match(/.{1,76}/g) ?? []);
      await page.keyboard.insertText(lines.join("\n"));
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      await heading(page, "Request read: Store a share");
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      await heading(page, "The server has done it");
      const saved = page.waitForEvent("download");
      await answer(page).getByRole("button", { name: "Save file" }).click();
      const text = await read(await (await saved).createReadStream());
      const opened = await openAnswer(Envelope.fromURString(text.trim()), { id, identity: wallet, server });
      expect(readResult(call, opened, wallet.xid).equals(Receipt.of(wallet.xid, call.parameters.data))).toBe(
        true,
      );
      await page.getByRole("button", { name: "My device has it: start over" }).click();
      const question = page.getByRole("dialog", { name: "Does your device have the answer?" });
      await question.getByRole("button", { name: "No: keep the answer" }).click();
      expect(await answer(page).getByRole("img", { name: "QR code" }).isVisible()).toBe(true);
      await page.getByRole("button", { name: "My device has it: start over" }).click();
      await question.getByRole("button", { name: "Yes: start over" }).click();
      await page.getByText("The server’s answer appears here").waitFor();
    });

    test("tells an error in words, with its code", async () => {
      const stranger = await serverFromDocument(otherServer.document);
      const { id, envelope } = await build(storing(20), true, stranger);
      const page = await open();
      await paste(page, envelope.urString());
      await sending(page);
      await heading(page, "The server did not do it");
      await answer(page).getByText("sealed for another server").waitFor();
      await answer(page).getByText("unknown-recipient").waitFor();
      const refused = openAnswer(await scanScreen(page), { id, identity: wallet, server });
      await expect(refused).rejects.toMatchObject({ refusal: { code: "unknown-recipient", early: true } });
    });

    test("sends nothing but requests, and says why", async () => {
      const [small, large] = [(await build(storing(20))).envelope, (await build(storing(500))).envelope];
      const page = await open();
      const field = page.getByRole("textbox", { name: /Text that begins/ });
      await page.getByRole("button", { name: "Paste text" }).click();
      for (const [text, said] of [
        [UR.from("crypto-seed", cbor(new Uint8Array(16))).toString(), "Stop: that is a seed"],
        [server.xid.urString(), "another kind of message (xid)"],
        [small.urString().slice(0, -40), "damaged"],
        [partsOf(large.ur(), 3).join(" "), "Add the others"],
        [UR.from("signing-private-key", cbor(new Uint8Array(32))).toString(), "Stop: that is a private key"],
        ["ur in my heart", "no message for a share server"],
        ["abandon ".repeat(11).concat("about"), "Stop: that is a phrase of recovery words"],
        [Envelope.new("hello").urString(), "That is no request"],
      ] as const) {
        await field.fill(text);
        await page.getByRole("button", { name: "Use this text" }).click();
        await page.getByText(said).waitFor();
        if (said.startsWith("Stop")) expect(await field.inputValue()).toBe("");
        expect(await page.locator('[data-part="stop"]').textContent()).toMatch(
          said.startsWith("Stop") ? /^Stop/ : /^$/,
        );
      }
      expect(await page.getByRole("button", { name: "Send to the server" }).count()).toBe(0);
    });

    test("stops at a secret before anything else, however it comes, and says so louder than all else", async () => {
      const page = await open();
      const stop = page.locator('[data-part="stop"][role="alert"]');
      const words = entropyToMnemonic(new Uint8Array(16).fill(7), spanish);
      const { envelope } = await build(storing(20));
      await page.getByRole("button", { name: "Paste text" }).click();
      const field = page.getByRole("textbox", { name: /Text that begins/ });
      await field.fill(`Hello, ${envelope.urString()}\n${words.toUpperCase()}`);
      await page.getByRole("button", { name: "Use this text" }).click();
      await stop.getByText("Stop: that is a phrase of recovery words.").waitFor();
      expect(await field.inputValue()).toBe("");
      expect(await page.getByRole("button", { name: "Send to the server" }).count()).toBe(0);
      const look = await stop.evaluate((element) => {
        const { backgroundColor, color, fontSize } = getComputedStyle(element);
        return { backgroundColor, color, size: Number.parseFloat(fontSize) };
      });
      expect(look).toMatchObject({ backgroundColor: "rgb(179, 0, 27)", color: "rgb(255, 255, 255)" });
      const others = await page
        .locator("p:visible")
        .evaluateAll((all) =>
          all
            .filter((element) => element.role !== "alert")
            .map((element) => Number.parseFloat(getComputedStyle(element).fontSize)),
        );
      expect(look.size).toBeGreaterThanOrEqual(Math.max(...others));

      await drop(page, { file: UR.from("crypto-prvkeys", cbor([1])).toString() });
      await stop.getByText("Stop: that is private keys.").waitFor();
      await drop(page, { text: Envelope.new(new Uint8Array(16)).addType("Seed").urString() });
      await stop.getByText("Stop: that is a seed.").waitFor();
      await drop(page, { text: `nsec1${"q".repeat(58)}` });
      await stop.getByText("Stop: that is a private key.").waitFor();
      const compact = Uint8Array.from({ length: 16 }, (_, i) => 255 - i);
      const picture = encodeQR("x".repeat(16), "gif", {
        scale: 4,
        encoding: "byte",
        textEncoder: () => compact,
      });
      await page
        .getByLabel("Choose file")
        .setInputFiles({ name: "seed.gif", mimeType: "image/gif", buffer: Buffer.from(picture) });
      await stop.getByText("Stop: that is a seed.").waitFor();
      const seeded = Envelope.new("mine").addAssertion("seed", taggedValue(40300, new Uint8Array(300)));
      await drop(page, { text: partsOf(seeded.ur(), 4).join("\n") });
      await stop.getByText("Stop: that is a seed.").waitFor();
      await drop(page, { text: envelope.urString() });
      await heading(page, "Your request is read");
      expect(await stop.textContent()).toBe("");
    });

    test("takes pictures and text files, chosen or dropped", async () => {
      const { envelope } = await build(storing(20));
      const parts = partsOf(envelope.ur(), 12);
      const pictures = parts.map((text, i) => ({
        name: `${i}.gif`,
        mimeType: "image/gif",
        buffer: Buffer.from(encodeQR(text, "gif", { scale: 4 })),
      }));
      const page = await open();
      const choose = page.getByLabel("Choose file");
      await choose.setInputFiles({ name: "x.png", mimeType: "image/png", buffer: Buffer.from("no picture") });
      await page.getByText("This file is no picture that this browser can open").waitFor();
      for (const picture of pictures) {
        if (await choose.isVisible()) await choose.setInputFiles(picture);
      }
      await heading(page, "Your request is read");
      await page.getByRole("button", { name: "Scan another" }).click();
      await drop(page, { file: envelope.urString() });
      await heading(page, "Your request is read");
      await page.getByRole("button", { name: "Scan another" }).click();
      await drop(page, { text: envelope.urString() });
      await heading(page, "Your request is read");
    });

    test("reads pictures however their codes are drawn, all codes of each, and shows none twice", async () => {
      const { envelope } = await build(storing(20));
      const code = envelope.urString().toUpperCase();
      const page = await open();
      const choose = page.getByLabel("Choose file");
      const give = (name: string, buffer: Uint8Array) =>
        choose.setInputFiles({ name, mimeType: "", buffer: Buffer.from(buffer) });
      const modules = modulesOf(code);
      const styles: readonly (readonly [string, Uint8Array])[] = [
        ["light-squares-are-transparent.png", transparent(encodePng(modules, 4), 1)],
        ["dark-squares-are-transparent.png", transparent(encodePng(modules, 4), 0)],
        [
          "mirrored.png",
          encodePng(
            modules.map((row) => row.toReversed()),
            4,
          ),
        ],
        ["light-on-dark.bmp", bmpOf(drawCodes([code], { isInverted: true, turned: 3, tilted: 0.3 }))],
      ];
      for (const [name, picture] of styles) {
        await give(name, picture);
        await heading(page, "Your request is read");
        await page.getByRole("button", { name: "Scan another" }).click();
      }
      const { envelope: larger } = await build(storing(500));
      const [first = "", second = "", ...others] = partsOf(larger.ur(), 10);
      await give("two.bmp", bmpOf(drawCodes([first, second], { width: 1_000 })));
      await page.getByText(/^2 of \d+ parts known/).waitFor();
      // Where this one is transparent, the one before must not show.
      await give(
        "empty.png",
        transparent(
          encodePng(
            modules.map((row) => row.map(() => false)),
            4,
          ),
          1,
        ),
      );
      await page.getByText("There is no QR code in this picture").waitFor();
      for (const part of others) {
        if (await choose.isVisible()) await give("part.png", encodePng(modulesOf(part), 4));
      }
      await heading(page, "Your request is read");
    });

    test.each([
      ["SVG", '<svg xmlns="http://www.w3.org/2000/svg"></svg>'],
      ["HEIC", "\0\0\0\u0018ftypheic\0\0\0\0mif1heic"],
    ])("calls a picture in the format %s what it is", async (kind, content) => {
      const page = await open();
      await page
        .getByLabel("Choose file")
        .setInputFiles({ name: "code", mimeType: "", buffer: Buffer.from(content, "latin1") });
      await page.getByText(`This is a picture in the format ${kind}`).waitFor();
    });

    test("keeps the pieces when the camera is stopped, and takes the others as text", async () => {
      const { envelope } = await build(storing(900));
      const parts = partsOf(envelope.ur(), 6);
      await camera.show(animation(parts.slice(0, 2)));
      const page = await open();
      await page.getByRole("button", { name: "Scan with the camera" }).click();
      await page.getByText(/^2 of \d+ parts known/).waitFor();
      expect(await page.getByRole("button", { name: "Paste text" }).isVisible()).toBe(true);
      expect(await page.getByText("Choose file").isVisible()).toBe(true);
      await page.getByRole("button", { name: "Stop the camera" }).click();
      await page.getByText("What was read so far is kept").waitFor();
      await paste(page, parts.slice(2, 4).join("\n"));
      await page.getByText(/^4 of \d+ parts known/).waitFor();
      await page.getByRole("button", { name: "Forget what was read" }).click();
      expect(await page.getByText("parts known").isVisible()).toBe(false);
    });

    test("warns beside the button of a share that everybody can read, and of nothing else", async () => {
      const page = await open();
      const warning = page.getByText("Not sealed: whoever sees it can read it, and the share in it.");
      const calls = [
        [storing(20), false, true],
        [storing(20), true, false],
        [{ name: "deleteAccount", parameters: {} } as const, false, false],
      ] as const;
      for (const [call, isSealed, isWarned] of calls) {
        await paste(page, (await build<NativeName>(call, isSealed)).envelope.urString());
        await page.getByRole("button", { name: "Send to the server" }).waitFor();
        expect(await warning.isVisible()).toBe(isWarned);
        await page.getByRole("button", { name: "Scan another" }).click();
      }
    });

    test("says what is next until it is done", async () => {
      const page = await open();
      await paste(page, (await build(storing(20))).envelope.urString());
      await heading(page, "Next: send it");
      await sending(page);
      await heading(page, "Your request is sent");
      expect(await page.getByText("Next: send it").count()).toBe(0);
    });

    test("tells errors, warnings and successes apart by colour, sign and word", async () => {
      const page = await open();
      const { envelope } = await build(storing(20), false);
      const lookOf = (part: string) =>
        page.locator(`[data-part="${part}"]`).evaluate((note) => {
          const { borderColor } = getComputedStyle(note);
          return [
            borderColor,
            getComputedStyle(note, "::before").content,
            note.querySelector("strong")?.textContent,
          ];
        });
      await paste(page, "ur in my heart");
      await page.getByText("no message for a share server").waitFor();
      const looks = [await lookOf("hint")];
      await page.getByRole("textbox", { name: /Text that begins/ }).fill(envelope.urString());
      await page.getByRole("button", { name: "Use this text" }).click();
      await drop(page, { text: envelope.urString() });
      await page.getByText("a message is read already").waitFor();
      looks.push(await lookOf("send-status"));
      await sending(page);
      await heading(page, "The server has done it");
      looks.push(await lookOf("send-status"), await lookOf("server-status"));
      expect(looks.map(([, , word]) => word)).toEqual(["Error: ", "Take care: ", "Done: ", undefined]);
      for (const i of [0, 1]) expect(new Set(looks.map((look) => look[i])).size).toBe(looks.length);
    });

    test("fills the width of a telephone with the code", async () => {
      const page = await open("/", { deviceScaleFactor: 3 });
      await page.getByRole("button", { name: "Show it to my device" }).click();
      const code = page.getByRole("img", { name: "QR code" });
      await expect.poll(async () => (await code.boundingBox())?.width).toBeGreaterThan(335);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    });

    test.each([
      ["de-AT", "/", "de", "Mit der Kamera scannen"],
      ["pt-BR", "/", "pt", "Ler com a câmera"],
      ["nl", "/", "en", "Scan with the camera"],
      ["en", "/?lang=ja", "ja", "カメラで読み取る"],
    ])("speaks to a browser in %s at %s in %s", async (locale, path, language, text) => {
      const page = await open(path, { locale });
      await page.getByRole("button", { name: text }).waitFor();
      expect(await page.evaluate(() => document.documentElement.lang)).toBe(language);
    });

    test("goes on in the language it began in", async () => {
      const page = await open("/", { locale: "fr" });
      await page.getByRole("link", { name: "Español" }).click();
      await page.getByText("Compare la imagen y las palabras").waitFor();
      await page.getByRole("button", { name: "Pegar texto" }).click();
      const field = page.getByRole("textbox", { name: /Texto que empieza/ });
      await field.fill("abandon ".repeat(11).concat("about"));
      await page.getByRole("button", { name: "Usar este texto" }).click();
      await page.getByText("Alto: eso es una frase de palabras de recuperación.").waitFor();
      await field.fill((await build(storing(1_234))).envelope.urString());
      await page.getByRole("button", { name: "Usar este texto" }).click();
      await page.getByText(/^1,\d kB\. Solo el servidor/).waitFor();
      await page.getByRole("button", { name: "Enviar al servidor" }).click();
      await heading(page, "La respuesta está aquí");
    });

    test("tells how far this device's clock is off, and how far a request's date is", async () => {
      const page = await open("/wallet-demo");
      await page.clock.install({ time: Date.now() + 3 * 3_600_000 });
      await page.goto(testServer.url());
      await page.getByText("This device’s clock is 3 hours ahead of the server’s.").waitFor();
      const { envelope } = await buildRequest(storing(20), wallet, server, {
        date: new Date(Date.now() - 3 * 86_400_000),
        sealed: false,
      });
      await paste(page, envelope.urString());
      await sending(page);
      await answer(page).getByText("By the server’s clock, the request was made 3 days ago.").waitFor();
    });

    test("sends nothing that the server says is too large", async () => {
      const page = await open();
      await page.route("**/info", (route) => route.fulfill({ json: { limits: { maxRequestBytes: 400 } } }));
      await page.reload();
      await page.getByText("Compare the picture").waitFor();
      await paste(page, (await build(storing(500))).envelope.urString());
      await page.getByText("This server takes 400 bytes at most.").waitFor();
      expect(await page.getByRole("button", { name: "Send to the server" }).count()).toBe(0);
    });

    test("throws nothing away for what is dropped at the wrong time, and says so", async () => {
      const [{ envelope }, other] = [await build(storing(20)), await build(storing(20))];
      const page = await open();
      await paste(page, envelope.urString());
      await drop(page, { file: other.envelope.urString() });
      await page.getByText("a message is read already").waitFor();
      await sending(page);
      await heading(page, "The answer is here");
      await answer(page).getByRole("button", { name: "Full screen" }).click();
      await drop(page, { file: other.envelope.urString() });
      await page.getByText("the answer is still here").waitFor();
      await page.getByRole("dialog").waitFor({ state: "detached" });
      await answer(page).getByRole("img", { name: "QR code" }).waitFor();
    });

    test("takes what is dropped on the server's code in full screen", async () => {
      const page = await open();
      await page.getByRole("button", { name: "Show it to my device" }).click();
      await page.getByRole("button", { name: "Full screen" }).click();
      await drop(page, { text: (await build(storing(20))).envelope.urString() });
      await heading(page, "Your request is read");
      await sending(page);
      await heading(page, "The answer is here");
    });

    test("takes long texts in its stride, and none that is too long for a message", async () => {
      const page = await open();
      await page.getByRole("button", { name: "Paste text" }).click();
      for (const text of [`x${" ".repeat(400_000)}y`, `ur:envelope/${"a".repeat(1_000_000)}`]) {
        await page.getByRole("textbox", { name: /Text that begins/ }).fill(text);
        await page.getByRole("button", { name: "Use this text" }).click();
        await page.getByText("no message for a share server").waitFor();
        expect(await page.getByRole("textbox", { name: /Text that begins/ }).inputValue()).toBe("");
      }
    });

    test("keeps the request when the server says to send it again", async () => {
      await using limited = await startServer({ RATE_LIMIT: "1" });
      const client = limited.client({ keys: PrivateKeys.generate() });
      const { envelope } = await client.prepare("storeShare", storing(20).parameters);
      const text = { method: "POST", headers: { "content-type": "text/plain" }, body: envelope.urString() };
      const stored = await fetch(limited.url(), text);
      let refused = await fetch(limited.url(), text);
      while (refused.status !== 429) refused = await fetch(limited.url(), text);
      const answers = [await refused.text(), await stored.text()];
      const page = await open(limited.url());
      await page.route("**/*", (route) =>
        route.request().method() === "POST"
          ? route.fulfill({ contentType: "text/plain", body: answers.shift() ?? "" })
          : route.continue(),
      );
      await paste(page, envelope.urString());
      await sending(page);
      await page.getByText("Error code: rate-limited").waitFor();
      expect(await answer(page).getByRole("img").count()).toBe(0);
      await sending(page);
      await heading(page, "The answer is here");
    });

    test("lets nobody wait for a request that was given up", async () => {
      const [slow, next] = [await build(storing(20)), await build(storing(20))];
      const page = await open();
      let isFirst = true;
      await page.route("**/*", (route) => {
        const hangs = isFirst && route.request().method() === "POST";
        if (hangs) isFirst = false;
        return hangs ? undefined : route.continue();
      });
      await paste(page, slow.envelope.urString());
      await sending(page);
      await page.getByText("Sending …").waitFor();
      const failed = page.waitForEvent("requestfailed");
      await page.getByRole("button", { name: "Scan another" }).click();
      await failed;
      await paste(page, next.envelope.urString());
      await sending(page);
      await heading(page, "The answer is here");
      await openAnswer(await scanScreen(page), { id: next.id, identity: wallet, server });
    });

    test("shows nothing that would not work where scripts are off", async () => {
      const page = await open("/", { javaScriptEnabled: false });
      await page.getByRole("heading", { name: "Share server" }).waitFor();
      expect(await page.getByRole("heading", { level: 2 }).count()).toBe(0);
    });

    test("explains a camera that is not allowed, and goes on without it", async () => {
      const page = await open("/", { permissions: [] });
      await page.getByRole("button", { name: "Scan with the camera" }).click();
      await page.getByText("The camera is not allowed here").waitFor();
      await paste(page, (await build(storing(20))).envelope.urString());
      await heading(page, "Your request is read");
    });

    test("changes the camera and its light, where there are several and one", async () => {
      await camera.show(animation([undefined]));
      const page = await open();
      // Chromium's fake camera is a single one without a light.
      await page.evaluate(() => {
        const { mediaDevices } = navigator;
        const list = mediaDevices.enumerateDevices.bind(mediaDevices);
        mediaDevices.enumerateDevices = async () => (await list()).flatMap((device) => [device, device]);
        Object.assign(MediaStreamTrack.prototype, {
          getCapabilities: () => ({ torch: true }),
          applyConstraints: async (constraints: object) => {
            document.title = JSON.stringify(constraints);
          },
        });
      });
      await page.getByRole("button", { name: "Scan with the camera" }).click();
      const light = page.getByRole("button", { name: "Light", pressed: false });
      await light.click();
      await page.getByRole("button", { name: "Light", pressed: true }).waitFor();
      expect(await page.title()).toBe('{"advanced":[{"torch":true}]}');
      await page.getByRole("combobox", { name: "Camera" }).selectOption({ index: 1 });
      await light.waitFor();
    });

    test("helps when nothing is seen", async () => {
      await camera.show(animation([undefined]));
      const page = await open();
      await page.clock.install();
      await page.getByRole("button", { name: "Scan with the camera" }).click();
      await page.getByText("Looking for a QR code").waitFor();
      await page.clock.fastForward(6_000);
      await page.getByText("No QR code seen yet").waitFor();
      await page.getByRole("button", { name: "Stop the camera" }).click();
      expect(await page.getByRole("button", { name: "Scan with the camera" }).isVisible()).toBe(true);
    });

    test("helps when a code is seen, but damaged", async () => {
      await camera.show(animation(["UR:ENVELOPE/LPADASCFADAXCYWENBPLJKHDCA"]));
      const page = await open();
      await page.clock.install();
      await page.getByRole("button", { name: "Scan with the camera" }).click();
      await page.getByText("Looking for a QR code").waitFor();
      await page.clock.fastForward(6_000);
      await page.getByText("A QR code is seen, but what it holds is damaged").waitFor();
    });

    test("says so when the camera is taken away", async () => {
      await camera.show(animation([undefined]));
      const page = await open();
      await page.getByRole("button", { name: "Scan with the camera" }).click();
      await page.getByText("Looking for a QR code").waitFor();
      await page.getByLabel("What the camera sees").evaluate((video: HTMLVideoElement) => {
        const stream = video.srcObject;
        if (stream instanceof MediaStream) stream.getTracks()[0]?.dispatchEvent(new Event("ended"));
      });
      await page.getByText("The camera was taken away").waitFor();
      expect(await page.getByRole("button", { name: "Scan with the camera" }).isVisible()).toBe(true);
    });

    test("has every place that is spoken there before there is something to say", async () => {
      const page = await open();
      const hint = page.locator('[data-part="hint"]');
      expect(await hint.textContent()).toBe("");
      expect(await hint.evaluate((element) => getComputedStyle(element).display)).toBe("block");
    });

    test("keeps the request while the network is away", async () => {
      const { envelope } = await build(storing(500));
      await camera.show(animation(partsOf(envelope.ur(), 30)));
      const page = await open();
      await page.context().setOffline(true);
      await page.getByRole("button", { name: "Scan with the camera" }).click();
      await heading(page, "Your request is read");
      await sending(page);
      await page.getByText("Your request is still here").waitFor();
      await page.context().setOffline(false);
      await sending(page);
      await heading(page, "The answer is here");
    });

    test("begins paused for people who asked for less motion", async () => {
      const page = await open("/", { reducedMotion: "reduce" });
      await paste(page, (await build(storing(300))).envelope.urString());
      await sending(page);
      await heading(page, "The answer is here");
      const code = answer(page).getByRole("img", { name: "Moving QR code" });
      const before = await code.screenshot();
      await answer(page).getByRole("button", { name: "Play" }).click();
      await expect.poll(async () => before.equals(await code.screenshot())).toBe(false);
      await answer(page).getByText("Your device can’t read it?").click();
      await answer(page).getByLabel("Squares").selectOption("small");
      await answer(page).getByText("one after the other").waitFor();
      await answer(page).getByRole("button", { name: "Pause" }).click();
      await answer(page).getByLabel("Squares").selectOption("medium");
      await answer(page).getByText("Paused").waitFor();
      expect(await answer(page).getByRole("button", { name: "Play" }).isVisible()).toBe(true);
    });

    test("keeps the screen on while an animation runs, also after the page was out of sight", async () => {
      const page = await open();
      const locks = await page.evaluateHandle(() => {
        const given: EventTarget[] = [];
        const request = async () => {
          const lock = Object.assign(new EventTarget(), { release: async () => undefined });
          given.push(lock);
          return lock;
        };
        Object.defineProperty(navigator, "wakeLock", { value: { request } });
        return given;
      });
      const count = () => locks.evaluate((given) => given.length);
      await paste(page, (await build(storing(300))).envelope.urString());
      await sending(page);
      await expect.poll(count).toBe(1);
      await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
      expect(await count()).toBe(1);
      await locks.evaluate(([lock]) => {
        lock?.dispatchEvent(new Event("release"));
        document.dispatchEvent(new Event("visibilitychange"));
      });
      await expect.poll(count).toBe(2);
    });

    test("shows who the server is", async () => {
      const page = await open();
      await page.getByRole("button", { name: "Show it to my device" }).click();
      const section = page.getByRole("region", { name: "Is this your server?" });
      await section.getByText(server.xid.hex().slice(0, 8), { exact: true }).waitFor();
      const code = section.getByRole("img", { name: "QR code" });
      await expect
        .poll(async () => readScreen(await code.screenshot())?.toLowerCase())
        .toBe(UR.from("xid", server.document.toCbor()).toString());
    });

    test("has nothing that axe would find fault with, in light and dark", async () => {
      const page = await open();
      const check = async () => {
        const { violations } = await page.evaluate<AxeResults>("axe.run()");
        expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
      };
      // The page's own policy lets no script in, so axe comes by the debugger.
      await page.evaluate(axe.source);
      await page.getByRole("button", { name: "Paste text" }).click();
      await check();
      await page.getByRole("button", { name: "Paste text" }).click();
      await page.getByRole("button", { name: "Show it to my device" }).click();
      await page.getByText("What this page can and can’t see").click();
      await paste(page, (await build(storing(300))).envelope.urString());
      await sending(page);
      await heading(page, "The answer is here");
      await answer(page).getByText("Your device can’t read it?").click();
      await check();
      await page.emulateMedia({ colorScheme: "dark" });
      await check();
    });

    test("a wallet in another page is served, from its request to the answer it opens", async () => {
      const [demo, page] = [await open("/wallet-demo"), await open()];
      await demo.getByRole("button", { name: "Make the request" }).click();
      await paste(page, (await scanScreen(demo)).urString());
      await sending(page);
      await heading(page, "The answer is here");
      await paste(demo, (await scanScreen(page)).urString());
      await demo.getByText(/Stored\. Receipt [0-9a-f]{64}/).waitFor();
    });
  },
);

/** Makes black (0) or white (1) transparent: by a chunk tRNS behind the header, whose checksum browsers compare. */
function transparent(png: Uint8Array, colour: 0 | 1): Uint8Array {
  const chunk = Buffer.from("\0\0\0\u0002tRNS\0\0\0\0\0\0", "latin1");
  chunk.writeUInt16BE(colour, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 10)), 10);
  return Buffer.concat([png.subarray(0, 33), chunk, png.subarray(33)]);
}

function partsOf(ur: UR, count: number): string[] {
  const encoder = new MultipartEncoder(ur, 200);
  return Array.from({ length: count }, () => encoder.nextPart().toUpperCase());
}

/** From now on, every hint that the page gives while it scans, however soon the next one takes its place. */
async function hintsOf(page: Page): Promise<() => Promise<readonly string[]>> {
  const seen = await page.evaluateHandle(() => {
    const texts: string[] = [];
    for (const place of document.querySelectorAll('[data-part="hint"], [data-part="stop"]')) {
      const note = () => texts.push(place.textContent);
      new MutationObserver(note).observe(place, { childList: true, characterData: true, subtree: true });
    }
    return texts;
  });
  return () => seen.jsonValue();
}

async function read(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
