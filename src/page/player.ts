/**
 * Shows a UR as one QR code, or as an animated QR when the message is too large for one.
 *
 * Each module is a whole number of the screen's pixels wide, since uneven modules are harder to read. A user who asked
 * for less motion gets a paused animation, and starts it when the other device's camera is ready.
 */

import {
  FRAGMENT_SIZES,
  type FragmentSize,
  type Frames,
  framesOf,
  MAX_ANIMATED,
  modulesOf,
} from "@bc/share-client";
import type { UR } from "#bc/ur";
import { elementNamed, saveFile, setText } from "./dom.ts";
import type { Texts } from "./languages/index.ts";
import { showNote } from "./note.ts";
import { fill, formatSize } from "./texts.ts";

/** The largest fraction of the window's height that the code takes. */
const MAX_HEIGHT = 0.8;

export type Player = {
  /** @param name of the file that the user can save the text as, without its ending. */
  readonly show: (ur: UR, name: string) => void;
  /** Stops, and forgets what was shown. */
  readonly clear: () => void;
};

/** @param root an element with the markup of `player.html` in it. */
export function createPlayer(root: HTMLElement, { player: texts, kinds }: Texts): Player {
  const stage = elementNamed(root, "stage", HTMLElement);
  const canvas = elementNamed(root, "canvas", HTMLCanvasElement);
  const label = elementNamed(root, "frame", HTMLElement);
  const pause = elementNamed(root, "pause", HTMLButtonElement);
  const enlarge = elementNamed(root, "enlarge", HTMLButtonElement);
  const dialog = elementNamed(root, "dialog", HTMLDialogElement);
  const tuning = elementNamed(root, "tuning", HTMLElement);
  const speed = elementNamed(root, "speed", HTMLSelectElement);
  const size = elementNamed(root, "size", HTMLSelectElement);
  const copied = elementNamed(root, "copied", HTMLElement);

  let ur: UR | undefined;
  let file = "";
  let frames: Frames | undefined;
  let modules: readonly (readonly boolean[])[] = [];
  let timer: ReturnType<typeof setInterval> | undefined;
  /** Whether the animation runs. A change of speed or size leaves that as it is. */
  let isRunning = false;

  const isAnimated = () => frames !== undefined && frames.count > 1;

  const begin = () => {
    if (ur === undefined) return;
    clearInterval(timer);
    frames = sizeOf(ur) > MAX_ANIMATED ? undefined : framesOf(ur, FRAGMENT_SIZES[fragmentSize(size.value)]);
    for (const element of [stage, enlarge]) element.hidden = frames === undefined;
    for (const element of [pause, tuning]) element.hidden = !isAnimated();
    canvas.setAttribute("aria-label", isAnimated() ? texts.movingCode : texts.code);
    next();
    run();
  };

  /** Runs or pauses the animation, and says which. */
  const run = () => {
    clearInterval(timer);
    const isPlaying = isRunning && isAnimated();
    timer = isPlaying ? setInterval(next, 1000 / Number(speed.value)) : undefined;
    pause.textContent = isPlaying ? texts.pause : texts.play;
    setText(label, ur === undefined ? "" : explanation(texts, sizeOf(ur), frames, isRunning));
    if (isPlaying) void keepScreenOn();
  };

  const next = () => {
    if (frames === undefined) return;
    modules = modulesOf(frames.next());
    draw(canvas, modules, stage);
  };

  // Without the wake lock, a screen that nobody touches goes dark in the middle of the animation.
  let lock: Promise<WakeLockSentinel> | undefined;
  const keepScreenOn = async () => {
    if (!("wakeLock" in navigator) || lock !== undefined) return;
    const asked = navigator.wakeLock.request("screen");
    const forget = () => {
      if (lock === asked) lock = undefined;
    };
    lock = asked;
    await asked.then((sentinel) => sentinel.addEventListener("release", forget), forget);
  };
  // The browser takes the lock back when the page goes out of sight.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible" && timer !== undefined) void keepScreenOn();
  });

  pause.addEventListener("click", () => {
    isRunning = !isRunning;
    run();
  });
  speed.addEventListener("change", run);
  size.addEventListener("change", begin);
  enlarge.addEventListener("click", () => {
    dialog.prepend(stage);
    dialog.showModal();
  });
  elementNamed(root, "shrink", HTMLButtonElement).addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => label.before(stage));
  elementNamed(root, "copy", HTMLButtonElement).addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(ur?.toString() ?? "");
      showNote(copied, kinds, { kind: "good", text: texts.copied });
    } catch {
      showNote(copied, kinds, { kind: "bad", text: texts.notCopied });
    }
  });
  elementNamed(root, "save", HTMLButtonElement).addEventListener("click", () => {
    saveFile(`${ur ?? ""}\n`, file);
  });
  new ResizeObserver(() => draw(canvas, modules, stage)).observe(stage);

  return {
    show: (shown, name) => {
      ur = shown;
      showNote(copied, kinds);
      file = `${name}.ur`;
      isRunning = !asksForLessMotion();
      begin();
    },
    clear: () => {
      // An open dialog without its code would block the whole page.
      dialog.close();
      ur = frames = undefined;
      run();
      void lock?.then(
        (sentinel) => sentinel.release(),
        () => undefined,
      );
      lock = undefined;
    },
  };
}

function asksForLessMotion(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

function sizeOf(ur: UR): number {
  return ur.cbor.toData().length;
}

function explanation(
  texts: Texts["player"],
  bytes: number,
  frames: Frames | undefined,
  isRunning: boolean,
): string {
  if (frames === undefined) return fill(texts.tooLarge, { size: formatSize(bytes) });
  const { count: number } = frames;
  if (number === 1) return "";
  if (isRunning) return fill(texts.running, { number });
  return fill(asksForLessMotion() ? texts.pausedForLessMotion : texts.paused, { number });
}

function fragmentSize(value: string): FragmentSize {
  return value === "small" || value === "large" ? value : "medium";
}

/** As large as the stage and the window allow, with modules of whole pixels. */
function draw(canvas: HTMLCanvasElement, modules: readonly (readonly boolean[])[], stage: HTMLElement): void {
  const pen = canvas.getContext("2d");
  // Outside the dialog the stage is only as high as the canvas on it, so the window sets the limit.
  const height = stage.closest("dialog") === null ? innerHeight * MAX_HEIGHT : stage.clientHeight;
  const side = Math.min(stage.clientWidth, height) * devicePixelRatio;
  if (pen === null || modules.length === 0) return;
  const scale = Math.max(1, Math.floor(side / modules.length));
  canvas.width = canvas.height = modules.length * scale;
  canvas.style.width = canvas.style.height = `${canvas.width / devicePixelRatio}px`;
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = "#000";
  modules.forEach((row, y) => {
    row.forEach((isDark, x) => {
      if (isDark) pen.fillRect(x * scale, y * scale, scale, scale);
    });
  });
}
