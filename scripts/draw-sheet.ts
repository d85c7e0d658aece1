/** `node scripts/draw-sheet.ts`: the picture of a recovery sheet in docs/images, made of the page itself. Needs Chromium. */
import { join } from "node:path";
import { Digest } from "@bc/envelope";
import { type RecoverySheet, recoverySheetPage, XID } from "@bc/share-client";
import { launchBrowser } from "../test/pages/browser.ts";

const FILE = join(import.meta.dirname, "../docs/images/recovery-sheet.png");

const sheet: RecoverySheet = {
  name: "seed",
  date: "2026-11-29",
  quorum: "2 of 3",
  shareSets: ["8c1f"],
  places: ["a", "b", "c"].map((name) => ({
    url: `https://${name}.example`,
    server: XID.fromData(Digest.fromImage(new TextEncoder().encode(name)).data),
    contactKind: "email",
  })),
};

await using camera = await launchBrowser();
const page = await camera.browser.newPage({ viewport: { width: 700, height: 700 } });
await page.setContent(recoverySheetPage(sheet));
await page.screenshot({ path: FILE, fullPage: true });
