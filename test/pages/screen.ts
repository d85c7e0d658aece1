/** What a camera would read off a page in Chromium. */
import { Envelope } from "@bc/envelope";
import { createCollector } from "@bc/share-client";
import type { Page } from "playwright-core";
import decodeQR from "qr/decode.js";
import { decodePng } from "../../packages/cli/src/png.ts";

/** Takes pictures of the code on the screen until they give an envelope. */
export async function scanScreen(page: Page): Promise<Envelope> {
  const code = page.getByRole("img", { name: /QR code$/ }).last();
  const collector = createCollector("envelope");
  for (;;) {
    const text = readScreen(await code.screenshot());
    const collected = text === undefined ? undefined : collector.add(text);
    if (collected?.kind === "complete") return Envelope.fromURString(collected.ur.toString());
  }
}

/** The text of the code in a picture (PNG). */
export function readScreen(screenshot: Uint8Array): string | undefined {
  try {
    return decodeQR(decodePng(screenshot), { timeLimit: 1_000 });
  } catch {
    return undefined;
  }
}
