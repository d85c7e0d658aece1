/**
 * The exchange page: how long an animation a message takes, what the page weighs, and how soon it reads a code.
 *
 * The first table counts the codes of an animation at the default settings, and loses some of them by chance. What a
 * camera adds is measured in Chromium, if it is installed.
 */
import { gzipSync } from "node:zlib";
import { randomBytes } from "@bc/envelope";
import { createCollector, FRAGMENT_SIZES, framesOf, FRAMES_PER_SECOND as RATE } from "@bc/share-client";
import { cbor } from "#bc/dcbor";
import { UR } from "#bc/ur";
import { buildPage } from "../src/page/build.ts";
import { startServer } from "../test/kit/spawn-server.ts";
import { animation, createRandom } from "../test/pages/animation.ts";
import { chromiumPath, launchBrowser } from "../test/pages/browser.ts";
import { median, printTable, progress, type Row } from "./report.ts";

const SIZES = [300, 1_200, 4_000];
const LOSSES = [0, 0.1, 0.3];
const TRIALS = 300;
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
const files = await buildPage();
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
  /** Milliseconds from the click until the page says that the message was read. */
  const scan = async (bytes: number, loss: number) => {
    const random = createRandom(bytes);
    const frames = framesOf(UR.from("envelope", cbor(randomBytes(bytes))), FRAGMENT_SIZES.medium);
    const codes = Array.from({ length: frames.count * 4 }, () => frames.next());
    const wear = { turned: 4, noise: 30, blur: 2, size: 0.85 };
    const each = { rate: 10, each: 10 / RATE, wear };
    await camera.show(
      animation(
        codes.map((code) => (random() < loss ? undefined : code)),
        each,
      ),
    );
    await page.goto(server.url());
    await page.getByText("Compare the picture").waitFor();
    const clicked = performance.now();
    await page.getByRole("button", { name: "Scan with the camera" }).click();
    await page.getByRole("heading", { name: "That" }).waitFor({ timeout: 60_000 });
    return performance.now() - clicked;
  };
  const opened = performance.now();
  await page.goto(server.url());
  await page.getByText("Compare the picture").waitFor();
  const shown = performance.now() - opened;
  const scans: Row[] = [];
  for (const [bytes, loss] of [
    [150, 0],
    [1_200, 0.1],
    [4_000, 0],
    [4_000, 0.1],
    [4_000, 0.3],
  ] as const) {
    progress(`scanning ${bytes} bytes in Chromium`);
    scans.push([`${bytes} bytes, ${loss * 100} % lost`, (await scan(bytes, loss)) / 1000]);
  }
  printTable(
    "In Chromium, a worn animation: seconds from the click until it is read",
    ["", "s"],
    [["first visit, until the server is shown", shown / 1000], ...scans],
  );
}
