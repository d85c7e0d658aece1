/**
 * The exchange page: how long an animation a message takes, what the page weighs, and how soon it reads a code.
 *
 * The first table counts the codes of an animation at the default settings, and loses some of them by chance. What a
 * camera adds is measured in Chromium, if it is installed: beside each film stands what a reader would need that reads
 * every code as soon as it is shown.
 */
import { gzipSync } from "node:zlib";
import { randomBytes } from "@bc/envelope";
import { createCollector, FRAGMENT_SIZES, framesOf, FRAMES_PER_SECOND as RATE } from "@bc/share-client";
import { cbor } from "#bc/dcbor";
import { UR } from "#bc/ur";
import { buildPages } from "../src/page/build.ts";
import { startServer } from "../test/kit/spawn-server.ts";
import { animation, createRandom, type Wear } from "../test/pages/animation.ts";
import { chromiumPath, launchBrowser } from "../test/pages/browser.ts";
import { median, printTable, progress, type Row } from "./report.ts";

const SIZES = [300, 1_200, 4_000];
const LOSSES = [0, 0.1, 0.3];
const TRIALS = 300;
const CAMERA_RATE = 10;

type Film = {
  readonly wear: Wear;
  readonly fragment: number;
  /** Codes a second. */
  readonly rate: number;
  /** The fraction of codes that the camera does not get. */
  readonly loss: number;
  readonly bytes: number;
};
/** As a shaky hand before a poor screen in a dim room. */
const WORN: Wear = { turned: 4, noise: 30, blur: 2, size: 0.85 };
const FILM: Film = { wear: WORN, fragment: FRAGMENT_SIZES.medium, rate: RATE, loss: 0, bytes: 2_000 };

/** As devices show them, and as cameras see them. */
const STYLES: Readonly<Record<string, Film>> = {
  "as this project shows it": FILM,
  "a tenth lost": { ...FILM, loss: 0.1 },
  "three tenths lost": { ...FILM, loss: 0.3 },
  "small codes, fast": { ...FILM, fragment: FRAGMENT_SIZES.small, rate: 10 },
  "dense codes": { ...FILM, fragment: FRAGMENT_SIZES.large, wear: { ...WORN, noise: 15, blur: 1 } },
  "seen from below": { ...FILM, wear: { ...WORN, tilted: 0.3 } },
  "light on dark": { ...FILM, wear: { ...WORN, isInverted: true } },
  "light on dark, from below": { ...FILM, wear: { ...WORN, isInverted: true, tilted: 0.3 } },
  mirrored: { ...FILM, wear: { ...WORN, isMirrored: true } },
};

const quick = process.argv.includes("--quick");

/** Seconds until the message is whole, for a camera that begins at a random moment of the animation. */
function secondsNeeded(bytes: number, loss: number, seed: number): number {
  const random = createRandom(seed);
  const frames = framesOf(UR.from("envelope", cbor(randomBytes(bytes))), FRAGMENT_SIZES.medium);
  const skipped = Math.floor(random() * frames.count * 3);
  for (let i = 0; i < skipped; i++) frames.next();
  const collector = createCollector("envelope");
  for (let shown = 1; ; shown++) {
    const text = frames.next();
    if (random() >= loss && collector.add(text).kind === "complete") return shown / RATE;
  }
}

const rows = SIZES.map((bytes): Row => {
  const ideal =
    framesOf(UR.from("envelope", cbor(new Uint8Array(bytes))), FRAGMENT_SIZES.medium).count / RATE;
  const cells = LOSSES.flatMap((loss) => {
    progress(`animation for ${bytes} bytes, ${loss * 100} % lost`);
    const trials = Array.from({ length: quick ? 50 : TRIALS }, (_, i) =>
      secondsNeeded(bytes, loss, i * 7_919),
    );
    const slow = trials.toSorted((a, b) => a - b)[Math.floor(trials.length * 0.95)] ?? Number.NaN;
    return [median(trials), slow];
  });
  return [`${bytes} bytes`, ideal, ...cells];
});
printTable(
  `Seconds of animation at ${RATE} codes a second: every code once, then median and 95 of 100`,
  ["", "ideal", ...LOSSES.flatMap((loss) => [`${loss * 100} % lost`, "95 %"])],
  rows,
);

const began = performance.now();
const files = await buildPages();
const made = performance.now() - began;
const weights = [...files].map(
  ([path, content]): Row => [path, content.length / 1000, gzipSync(content, { level: 9 }).length / 1000],
);
const total = [1, 2].map((column) => weights.reduce((sum, row) => sum + Number(row[column]), 0));
printTable("The page in KB", ["", "plain", "gzip"], [...weights, ["sum", ...total]]);
console.log(`made in ${made.toFixed(0)} ms\n`);

if (chromiumPath === undefined) console.log("no Chromium on PATH: the page was not measured in a browser");
else {
  await using server = await startServer();
  await using camera = await launchBrowser();
  const page = await (await camera.browser.newContext({ permissions: ["camera"] })).newPage();
  const scan = async (codes: readonly (string | undefined)[], wear: Wear, each: number) => {
    await camera.show(animation(codes, { rate: CAMERA_RATE, each, wear }));
    await page.goto(server.url());
    await page.getByText("Compare the picture").waitFor();
    // Both moments by the page's own clock: that of the camera's first picture, and that of the message.
    const seconds = page.evaluate(async () => {
      const moment = (isReached: () => boolean) =>
        new Promise<number>((resolve) => {
          const look = () => (isReached() ? resolve(performance.now()) : requestAnimationFrame(look));
          look();
        });
      const begun = await moment(() => (document.querySelector("video")?.currentTime ?? 0) > 0);
      const read = await moment(
        () => document.querySelector<HTMLElement>('[data-part="scanned"]')?.hidden === false,
      );
      return (read - begun) / 1000;
    });
    await page.getByRole("button", { name: "Scan with the camera" }).click();
    return seconds;
  };
  const opened = performance.now();
  await page.goto(server.url());
  await page.getByText("Compare the picture").waitFor();
  const shown = performance.now() - opened;
  const films: Row[] = [];
  const styles = Object.entries(STYLES).slice(0, quick ? 1 : undefined);
  for (const [name, { wear, fragment, rate, loss, bytes }] of styles) {
    progress(`scanning a film, ${name}`);
    const random = createRandom(bytes);
    const frames = framesOf(UR.from("envelope", cbor(randomBytes(bytes))), fragment);
    const codes = Array.from({ length: frames.count * 4 }, () => {
      const code = frames.next();
      return random() < loss ? undefined : code;
    });
    const collector = createCollector("envelope");
    const last = codes.findIndex((code) => code !== undefined && collector.add(code).kind === "complete");
    const best = (last + 1) / rate;
    const trials: number[] = [];
    for (let i = 0; i < (quick ? 1 : 3); i++) trials.push(await scan(codes, wear, CAMERA_RATE / rate));
    const needed = median(trials);
    films.push([name, best, needed, needed / best]);
  }
  const factors = films.map((row) => Number(row[3]));
  printTable(
    `Films in Chromium at ${CAMERA_RATE} pictures a second: seconds of a reader that misses nothing, and of the page`,
    ["", "best", "page", "times"],
    films,
  );
  console.log(`median: ${median(factors).toFixed(2)} times\n`);
  printTable("The page in Chromium", ["", "s"], [["first visit, until the server is shown", shown / 1000]]);
}
