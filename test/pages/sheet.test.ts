/** The printed recovery sheet in a real Chromium: on paper it is one page, and its code can be read from a picture of it. */
import { Envelope, PrivateKeys } from "@bc/envelope";
import { type RecoverySheet, readRecoverySheet, recoverySheetPage, sheetToEnvelope } from "@bc/share-client";
import { identityOf } from "@bc/share-protocol";
import axe, { type AxeResults } from "axe-core";
import decodeQR from "qr/decode.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { decodePng } from "../../packages/cli/src/png.ts";
import { type CameraBrowser, chromiumPath, launchBrowser } from "./browser.ts";

const isSkipped = chromiumPath === undefined && process.env["CI"] !== "true";
/** Of CSS, an inch: A4 is 210 by 297 mm. */
const PAPER = { width: 794, height: 1123 };

const sheet: RecoverySheet = {
  name: "seed",
  date: "2026-11-29",
  quorum: "3 of 5",
  shareSets: ["8c1f"],
  places: ["a", "b", "c", "d", "e"].map((name) => ({
    url: `https://shares.${name}.example`,
    server: identityOf(PrivateKeys.generate()).xid,
    contactKind: "email",
  })),
};

describe.skipIf(isSkipped)(
  `a printed recovery sheet${isSkipped ? ": skipped, as PATH has no chromium" : ""}`,
  () => {
    let camera: CameraBrowser;
    beforeAll(async () => {
      camera = await launchBrowser();
    });
    afterAll(() => camera[Symbol.asyncDispose]());

    test("fits on one sheet of paper, loads nothing, and its code is the sheet", async () => {
      const context = await camera.browser.newContext({
        viewport: PAPER,
        deviceScaleFactor: 2,
        offline: true,
      });
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on("console", (message) => complaints.push(message.text()));
      page.on("request", (request) => complaints.push(request.url()));
      await page.setContent(recoverySheetPage(sheet));
      await page.emulateMedia({ media: "print" });
      const pdf = await page.pdf({ preferCSSPageSize: true });
      expect(pdf.toString("latin1").match(/\/Type \/Page\b/g)).toHaveLength(1);

      const pictures = page.getByRole("img", { name: "LifeHash of the server" });
      expect(await pictures.count()).toBe(5);
      const widths = await pictures.evaluateAll((all) =>
        all.map((one) => (one instanceof HTMLImageElement ? one.naturalWidth : 0)),
      );
      expect(widths).toEqual([32, 32, 32, 32, 32]);
      const read = decodeQR(decodePng(await page.getByRole("img", { name: "QR code" }).screenshot()));
      const envelope = Envelope.fromURString(read.toLowerCase());
      expect(envelope.isIdenticalTo(sheetToEnvelope(sheet))).toBe(true);
      expect(readRecoverySheet(envelope).places).toHaveLength(5);
      expect(complaints.filter((text) => !text.startsWith("data:"))).toEqual([]);
      await context.close();
    });

    test("is accessible", async () => {
      const context = await camera.browser.newContext({ bypassCSP: true });
      const page = await context.newPage();
      await page.setContent(recoverySheetPage(sheet));
      await page.addScriptTag({ content: axe.source });
      const { violations } = await page.evaluate<AxeResults>("axe.run()");
      expect(violations.map(({ id }) => id)).toEqual([]);
      await context.close();
    });
  },
);
