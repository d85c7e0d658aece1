/**
 * Takes one message in: by the camera, as pasted text, as a file or as a dropped picture.
 *
 * All four give texts to one collector, so the user may begin with the camera and go on with pictures.
 */

import { type Collected, createCollector, type Progress } from "@bc/share-client";
import { decodeText } from "@bc/share-protocol";
import type { UR } from "#bc/ur";
import { type Camera, CameraError, openCamera } from "./camera.ts";
import { elementNamed, setText } from "./dom.ts";
import type { ReadPicture } from "./read-picture.ts";
import { secretIn, secretInUR } from "./secrets/find-secret.ts";
import type { WordList } from "./secrets/word-lists.ts";

/** Milliseconds without news after which the reader offers help. */
const PATIENCE = 5_000;
/** Bytes of a text file, or characters of a text: more than the largest message takes as text. */
const MAX_FILE = 1_000_000;

const HINTS = {
  looking: "Looking for a QR code …",
  nothing:
    "No QR code seen yet. Fill the picture with it: about a hand’s width away, straight on, bright, without reflections.",
  ended: "The camera was taken away or turned off. Open it again; what was read so far is kept.",
  stuck: "Nothing new for a while. Hold still, come a little closer, and see that the code is moving.",
  unclear:
    "A QR code is seen, but what it holds is damaged. Hold still and straight; if that does not help, show it anew.",
  damaged: "This text is damaged: something is missing or changed. Copy it again, all of it.",
  several: "These are two different messages. Take one, and then the other.",
  "too-large": "This message is too large for QR codes. Use a file instead.",
  "not-a-ur": "That is no message for a share server. Show the QR code of the request.",
  "no-code": "There is no QR code in this picture that can be read. Try a sharper one.",
} as const;

/** What the reader says at each quarter of an animation. */
const QUARTERS = [
  "Reading. Keep it there.",
  "A quarter is read. Keep it there.",
  "Half is read. Keep it there.",
  "Three quarters are read. Keep it there.",
] as const;

const STOP_ADVICE =
  "Never show it to any page, or to anybody. It was not sent, and this page has not kept it. Show the QR code of the request.";

function titleOf(secret: string): string {
  return `Stop: that is ${secret}.`;
}

type Taken = Collected | { readonly kind: "secret" };

export type Reader = {
  /** Ready for another message. */
  readonly clear: () => void;
};

export type ReaderOptions = {
  /** The lists of words that secrets are written with. The reader looks for secrets first, and waits for them. */
  readonly lists: Promise<readonly WordList[]>;
  /** Called with each whole `ur:envelope`. */
  readonly onMessage: (ur: UR) => void;
  /** Called when the user drops something while the reader is hidden. The reader does not take it. */
  readonly onUnasked?: () => void;
};

/**
 * @param root an element with the markup of `reader.html` in it.
 */
export function createReader(
  root: HTMLElement,
  read: ReadPicture,
  { lists: loading, onMessage, onUnasked }: ReaderOptions,
): Reader {
  const start = elementNamed(root, "start", HTMLElement);
  const openButton = elementNamed(root, "open-camera", HTMLButtonElement);
  const pasteButton = elementNamed(root, "open-paste", HTMLButtonElement);
  const paste = elementNamed(root, "paste", HTMLFormElement);
  const text = elementNamed(root, "text", HTMLTextAreaElement);
  const file = elementNamed(root, "file", HTMLInputElement);
  const view = elementNamed(root, "view", HTMLElement);
  const controls = elementNamed(root, "camera-controls", HTMLElement);
  const video = elementNamed(root, "video", HTMLVideoElement);
  const torch = elementNamed(root, "torch", HTMLButtonElement);
  const choose = elementNamed(root, "choose", HTMLElement);
  const cameras = elementNamed(root, "cameras", HTMLSelectElement);
  const counter = elementNamed(root, "counter", HTMLElement);
  const bar = elementNamed(root, "progress", HTMLProgressElement);
  const count = elementNamed(root, "count", HTMLElement);
  const hint = elementNamed(root, "hint", HTMLElement);
  const stop = elementNamed(root, "stop", HTMLElement);

  const collector = createCollector("envelope");
  let camera: Camera | undefined;
  /** Goes up at each close. A camera that the user allows too late finds another round, and is closed again. */
  let round = 0;
  let lastNews = 0;
  /** Whether the camera has seen an unusable code since the last news. */
  let isUnclear = false;
  let lists: readonly WordList[] | undefined;
  void loading.then((loaded) => {
    lists = loaded;
  });

  const closeCamera = () => {
    round += 1;
    camera?.close();
    camera = undefined;
    view.hidden = controls.hidden = true;
    start.hidden = false;
  };

  const clearFields = () => {
    text.value = "";
    file.value = "";
  };

  const clear = () => {
    closeCamera();
    collector.clear();
    counter.hidden = true;
    paste.hidden = true;
    pasteButton.setAttribute("aria-expanded", "false");
    clearFields();
    setText(hint, "");
    stop.replaceChildren();
  };

  /** Keeps nothing of what was given, and says so, louder than anything else on the page. */
  const warn = (secret: string): Taken => {
    clearFields();
    setText(hint, "");
    // A camera sees it many times.
    if (stop.firstChild?.textContent !== titleOf(secret)) {
      const title = document.createElement("strong");
      title.textContent = titleOf(secret);
      stop.replaceChildren(title, STOP_ADVICE);
      stop.scrollIntoView({ block: "nearest" });
    }
    return { kind: "secret" };
  };

  const take = (given: string, known: readonly WordList[]): Taken => {
    const secret = secretIn(given.slice(0, MAX_FILE), known);
    if (secret !== undefined) return warn(secret);
    if (given.length > MAX_FILE) return { kind: "not-a-ur" };
    const collected = collector.add(given);
    const within = collected.kind === "complete" && secretInUR(collected.ur.toString(), known);
    if (within) {
      counter.hidden = true;
      return warn(within);
    }
    if (collected.kind === "complete") {
      clear();
      onMessage(collected.ur);
    } else if (collected.kind === "part") {
      const { known, total, read: codes } = collected.progress;
      counter.hidden = false;
      bar.max = total;
      bar.value = known;
      setText(count, `${known} of ${total} parts known, from ${codes} ${codes === 1 ? "code" : "codes"}`);
    }
    return collected;
  };

  const explain = (collected: Taken) => {
    if (collected.kind === "secret") return;
    // Whatever it is, it should not stay on the screen.
    if (collected.kind === "other-type" || collected.kind === "not-a-ur") text.value = "";
    if (collected.kind === "other-type") setText(hint, otherType(collected.type));
    else if (collected.kind === "part") setText(hint, missingCopy(collected));
    else if (collected.kind !== "complete") setText(hint, HINTS[collected.kind]);
  };

  const takeText = async (given: string) => {
    const known = await loading;
    stop.replaceChildren();
    explain(take(given, known));
  };

  const noteNews = () => {
    lastNews = performance.now();
    isUnclear = false;
  };

  const trouble = () => {
    if (isUnclear) return "unclear";
    return counter.hidden ? "nothing" : "stuck";
  };

  const onFrame = (found: string | undefined) => {
    if (found !== undefined && lists !== undefined) {
      const collected = take(found, lists);
      if (collected.kind === "complete") return;
      if (collected.kind === "damaged") isUnclear = true;
      else if (collected.kind !== "part" || collected.isNew) {
        noteNews();
        if (collected.kind === "part") setText(hint, quarterOf(collected.progress));
        else explain(collected);
      }
    }
    if (performance.now() - lastNews > PATIENCE) setText(hint, HINTS[trouble()]);
  };

  const onEnd = () => {
    closeCamera();
    openButton.focus();
    setText(hint, HINTS.ended);
  };

  const open = async (deviceId?: string) => {
    closeCamera();
    stop.replaceChildren();
    setText(hint, "Waiting for the camera …");
    openButton.disabled = true;
    const begun = round;
    try {
      const opened = await openCamera(video, read, { deviceId, onFrame, onEnd });
      if (round !== begun) {
        opened.close();
        return;
      }
      camera = opened;
      start.hidden = paste.hidden = true;
      view.hidden = controls.hidden = false;
      noteNews();
      setText(hint, HINTS.looking);
      torch.hidden = camera.light === undefined;
      torch.setAttribute("aria-pressed", "false");
      elementNamed(root, "close-camera", HTMLButtonElement).focus({ preventScroll: true });
      view.scrollIntoView({ block: "start" });
      await listCameras(camera);
    } catch (error) {
      if (!(error instanceof CameraError)) throw error;
      if (round === begun) setText(hint, error.message);
    } finally {
      openButton.disabled = false;
    }
  };

  const listCameras = async (opened: Camera) => {
    const devices = await opened.list();
    choose.hidden = devices.length < 2;
    if (cameras.length === devices.length) return;
    cameras.replaceChildren(
      ...devices.map(({ label, deviceId }, i) => new Option(label || `Camera ${i + 1}`, deviceId)),
    );
  };

  const takeFile = async (given: File) => {
    if (!given.type.startsWith("image/")) {
      if (given.size > MAX_FILE) setText(hint, HINTS["not-a-ur"]);
      else await takeText(decodeText(new Uint8Array(await given.arrayBuffer())));
      return;
    }
    try {
      const picture = await createImageBitmap(given);
      const found = await read(picture, { isThorough: true });
      picture.close();
      if (found === undefined) setText(hint, HINTS["no-code"]);
      else await takeText(found);
    } catch {
      setText(hint, HINTS["no-code"]);
    }
  };

  const isInSight = () => hint.getClientRects().length > 0;

  /** Takes one file after the other until they give a message. It leaves the files after that alone. */
  const takeAll = async (files: readonly File[]) => {
    for (const each of files) {
      if (!isInSight()) return onUnasked?.();
      await takeFile(each);
    }
  };

  openButton.addEventListener("click", () => void open());
  cameras.addEventListener("change", () => void open(cameras.value));
  elementNamed(root, "close-camera", HTMLButtonElement).addEventListener("click", () => {
    clear();
    openButton.focus();
  });
  torch.addEventListener("click", () => {
    const isOn = torch.getAttribute("aria-pressed") !== "true";
    torch.setAttribute("aria-pressed", String(isOn));
    void camera?.light?.(isOn);
  });
  pasteButton.addEventListener("click", () => {
    paste.hidden = !paste.hidden;
    pasteButton.setAttribute("aria-expanded", String(!paste.hidden));
    if (!paste.hidden) text.focus();
  });
  paste.addEventListener("submit", (event) => {
    event.preventDefault();
    void takeText(text.value);
  });
  file.addEventListener("change", async () => {
    await takeAll([...(file.files ?? [])]);
    file.value = "";
  });
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", async (event) => {
    event.preventDefault();
    // Read now: the browser empties both when this event is over.
    const files = [...(event.dataTransfer?.files ?? [])];
    const dragged = event.dataTransfer?.getData("text") ?? "";
    if (files.length === 0 && dragged === "") return;
    document.querySelector<HTMLDialogElement>("dialog[open]")?.close();
    if (!isInSight()) onUnasked?.();
    else if (files.length > 0) await takeAll(files);
    else await takeText(dragged);
  });

  return { clear };
}

function otherType(type: string): string {
  return `That is another kind of message (${type.slice(0, 30)}), not a request. Show the QR code of the request.`;
}

function missingCopy({ damaged }: { readonly damaged: number }): string {
  return damaged === 0
    ? "Some parts are missing. Add the others."
    : "Some parts are missing or damaged. Copy them again, all of each.";
}

function quarterOf({ known, total }: Progress): string {
  return QUARTERS[Math.min(Math.floor((known / total) * 4), 3)] ?? QUARTERS[0];
}
