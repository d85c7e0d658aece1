/** A message as QR codes in the terminal, one after the other, until the user says that it has been read. */

import { type Frames, framesOf, MAX_SCANNED_PARTS, modulesOf } from "@bc/share-client";
import type { UR } from "#bc/ur";
import { Failure } from "./failure.ts";
import { halfBlocks, sizeInCharacters } from "./half-blocks.ts";

/** Bytes of the message in each code, where there is room for so many. */
export const USUAL_FRAGMENT = 200;
const SMALLEST_FRAGMENT = 10;
/** Characters that a later frame may have more than the first, since its number is larger. */
const GROWTH = 8;
/** The line below the code. */
const CAPTION_ROWS = 1;

const ENTER_SCREEN = "\u001b[?1049h\u001b[?25l";
const LEAVE_SCREEN = "\u001b[?25h\u001b[?1049l";
const CLEAR = "\u001b[2J";
const HOME = "\u001b[H";
const CLEAR_LINE = "\u001b[K";

/** Enter, Ctrl-C and Ctrl-D: while keys are read one by one, the terminal passes the latter two on as characters. */
const END_KEYS = ["\r", "\n", "\u0003", "\u0004"];
const END_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export type Screen = {
  readonly output: NodeJS.WritableStream & { readonly columns: number; readonly rows: number };
  /** Keys are read where they come from a terminal; without one only signals end the animation. */
  readonly input: NodeJS.ReadableStream & {
    readonly isTTY?: boolean;
    readonly setRawMode?: (isRaw: boolean) => unknown;
  };
};

/** The message cut into parts. @throws {Failure} `usage` when they are more than readers take. */
export function cut(ur: UR, fragment: number): Frames {
  const frames = framesOf(ur, fragment);
  if (frames.count <= MAX_SCANNED_PARTS) return frames;
  throw new Failure(
    "usage",
    `${frames.count} codes are too many; take larger ones with --fragment, or carry the text`,
  );
}

/**
 * The message cut into parts whose codes fit on the screen.
 *
 * @param fragment bytes in each code, as the user wants it; without it as many as have room, up to the usual number.
 * @throws {Failure} `usage` when the terminal is too small.
 */
export function cutToFit(ur: UR, { columns, rows }: Screen["output"], fragment?: number): Frames {
  const size = (bytes: number) => {
    const text = framesOf(ur, bytes).next();
    const needed = sizeInCharacters(modulesOf(text + "A".repeat(GROWTH)).length);
    return { columns: needed.columns, rows: needed.rows + CAPTION_ROWS };
  };
  const fits = (bytes: number) => {
    const needed = size(bytes);
    return needed.columns <= columns && needed.rows <= rows;
  };
  if (fragment === undefined) {
    for (let bytes = USUAL_FRAGMENT; bytes >= SMALLEST_FRAGMENT; bytes -= 10) {
      if (fits(bytes)) return cut(ur, bytes);
    }
  } else if (fits(fragment)) {
    return cut(ur, fragment);
  }
  const needed = size(fragment ?? SMALLEST_FRAGMENT);
  const hint = fragment === undefined ? "" : "take a smaller --fragment, ";
  throw new Failure(
    "usage",
    `the code takes ${needed.columns} columns and ${needed.rows} rows, the terminal has ${columns} and ${rows}: make ` +
      `it larger or its letters smaller, ${hint}or write pictures with --qr-dir`,
  );
}

/** Resolves when the user presses Enter or Ctrl-C; the terminal is then as it was. @param fps codes a second. */
export function showAnimation(frames: Frames, fps: number, { input, output }: Screen): Promise<void> {
  const caption =
    frames.count === 1
      ? "Press Enter when it is read."
      : `${frames.count} parts, again and again. Press Enter when all are read.`;
  let modules = modulesOf(frames.next());

  const draw = () => {
    const lines = [...halfBlocks(modules), caption.slice(0, output.columns - 1)];
    output.write(HOME + lines.map((line) => line + CLEAR_LINE).join("\r\n"));
  };
  const next = () => {
    const { length } = modules;
    modules = modulesOf(frames.next());
    if (modules.length !== length) output.write(CLEAR);
    draw();
  };
  const redraw = () => {
    output.write(CLEAR);
    draw();
  };

  output.write(ENTER_SCREEN);
  redraw();
  output.on("resize", redraw);
  const timer = frames.count === 1 ? undefined : setInterval(next, 1000 / fps);
  return ended(input).finally(() => {
    clearInterval(timer);
    output.off("resize", redraw);
    output.write(LEAVE_SCREEN);
  });
}

function ended(input: Screen["input"]): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      for (const signal of END_SIGNALS) process.off(signal, end);
      clearInterval(alive);
      if (input.isTTY) {
        input.off("data", onKeys);
        input.setRawMode?.(false);
        input.pause();
      }
      resolve();
    };
    const onKeys = (keys: Uint8Array | string) => {
      const pressed = keys.toString();
      if (END_KEYS.some((key) => pressed.includes(key))) end();
    };
    for (const signal of END_SIGNALS) process.on(signal, end);
    // Where no keys are read and the code stands still, only this timer keeps the process alive.
    const alive = setInterval(() => undefined, 2 ** 30);
    if (input.isTTY) {
      input.setRawMode?.(true);
      input.on("data", onKeys);
      input.resume();
    }
  });
}
