import { PassThrough } from "node:stream";
import { randomBytes } from "@bc/envelope";
import { createCollector, modulesOf } from "@bc/share-client";
import decodeQR from "qr/decode.js";
import { expect, test, vi } from "vitest";
import { cbor } from "#bc/dcbor";
import { UR } from "#bc/ur";
import { halfBlocks } from "./half-blocks.ts";
import { cutToFit, showAnimation } from "./show-animation.ts";

const message = (size: number) => UR.from("envelope", cbor(randomBytes(size)));

function newScreen(columns: number, rows: number) {
  const written: string[] = [];
  const output = Object.assign(new PassThrough(), { columns, rows });
  output.on("data", (text) => written.push(text.toString()));
  const modes: boolean[] = [];
  const setRawMode = (isRaw: boolean) => modes.push(isRaw);
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode });
  return { output, input, modes, text: () => written.join("") };
}

const ESCAPE = "\u001b[";

/** What a camera sees of a drawing: each cell an upper and a lower half, in the colours that were set. */
function photograph(drawing: string) {
  const scale = 4;
  const rows: boolean[][] = [];
  for (const line of drawing.split("\r\n").slice(0, -1)) {
    const [upper, lower]: [boolean[], boolean[]] = [[], []];
    let [front, back] = ["", ""];
    for (const [, plane, colour = "", cell] of line
      .replaceAll(ESCAPE, "")
      .matchAll(/([34]8);5;(\d+)m|([ ▀])/g)) {
      if (plane === "38") front = colour;
      if (plane === "48") back = colour;
      if (cell === undefined) continue;
      upper.push((cell === "▀" ? front : back) === "16");
      lower.push(back === "16");
    }
    rows.push(upper, lower);
  }
  const [width, height] = [(rows[0]?.length ?? 0) * scale, rows.length * scale];
  const data = new Uint8Array(width * height * 4).fill(255);
  for (let i = 0; i < width * height; i++) {
    const isDark = rows[Math.floor(i / width / scale)]?.[Math.floor((i % width) / scale)];
    if (isDark) data.fill(0, i * 4, i * 4 + 3);
  }
  return { width, height, data };
}

function drawings(text: string): readonly string[] {
  return text.split("\u001b[H").slice(1);
}

test("a camera reads the animation off the terminal, whatever its theme", async () => {
  const screen = newScreen(120, 50);
  const ur = message(500);
  const frames = cutToFit(ur, screen.output);
  expect(frames.count).toBe(3);
  const shown = showAnimation(frames, 200, screen);
  await vi.waitFor(() => expect(drawings(screen.text()).length).toBeGreaterThan(3));
  screen.input.write("x");
  screen.input.write("\r");
  await shown;
  const collector = createCollector("envelope");
  const texts = drawings(screen.text())
    .slice(0, 3)
    .map((drawing) => decodeQR(photograph(drawing)));
  const [last] = texts.map((text) => collector.add(text)).slice(-1);
  expect(last?.kind === "complete" && last.ur.toString()).toBe(ur.toString());
});

test("the terminal is left as it was found, by Enter and by Ctrl-C", async () => {
  for (const key of ["\r", "\u0003"]) {
    const screen = newScreen(120, 50);
    const shown = showAnimation(cutToFit(message(100), screen.output), 5, screen);
    screen.output.emit("resize");
    screen.input.write(key);
    await shown;
    expect(screen.modes).toEqual([true, false]);
    expect(screen.text().startsWith("\u001b[?1049h\u001b[?25l")).toBe(true);
    expect(screen.text().endsWith("\u001b[?25h\u001b[?1049l")).toBe(true);
    expect(drawings(screen.text())).toHaveLength(2);
    expect(screen.output.listenerCount("resize")).toBe(0);
  }
});

test("where there is less room the message is cut into more parts, and each code fits", () => {
  const ur = message(1_000);
  const small = cutToFit(ur, newScreen(80, 24).output);
  expect(small.count).toBeGreaterThan(cutToFit(ur, newScreen(80, 50).output).count);
  for (let shown = 0; shown < small.count * 3; shown++) {
    expect(halfBlocks(modulesOf(small.next())).length).toBeLessThan(24);
  }
  expect(() => cutToFit(ur, newScreen(80, 24).output, 200)).toThrow("take a smaller --fragment");
  expect(() => cutToFit(ur, newScreen(20, 10).output)).toThrow(
    /takes \d+ columns and \d+ rows, the terminal has 20/,
  );
});

test("more parts than any reader takes are not shown", () => {
  expect(() => cutToFit(message(8_000), newScreen(300, 100).output, 10)).toThrow("too many");
});
