/**
 * A real Chromium with a file in place of a camera.
 *
 * Chromium reads the file anew each time a page opens the camera, so one browser can be shown many animations.
 */
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { type Browser, chromium } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** Where Chromium is, or nothing when PATH has none. */
export const chromiumPath = (process.env["PATH"] ?? "")
  .split(delimiter)
  .flatMap((folder) => NAMES.map((name) => join(folder, name)))
  .find((path) => existsSync(path));

export type CameraBrowser = AsyncDisposable & {
  readonly browser: Browser;
  /** What the camera sees from the next time that it is opened. */
  readonly show: (animation: Uint8Array) => Promise<void>;
};

/** @throws when there is no Chromium on PATH. */
export async function launchBrowser(): Promise<CameraBrowser> {
  if (chromiumPath === undefined) throw new Error("no Chromium on PATH: install the package chromium");
  const folder = await mkdtemp(join(tmpdir(), "share-animation-"));
  const path = join(folder, "animation.y4m");
  const browser = await chromium.launch({
    executablePath: chromiumPath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--use-fake-device-for-media-stream",
      `--use-file-for-fake-video-capture=${path}`,
    ],
  });
  return {
    browser,
    show: (animation) => writeFile(path, animation),
    [Symbol.asyncDispose]: async () => {
      await browser.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
