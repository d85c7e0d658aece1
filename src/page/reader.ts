/**
 * Takes one message in: by camera, as pasted text, as a file or as a picture that is dropped.
 *
 * All four give texts to one collector, so a film that was begun with the camera may be ended with pictures.
 */
import type { UR } from "#bc/ur";
import { type Collected, createCollector } from "../client/collect-parts.ts";
import { type Camera, CameraError, openCamera } from "./camera.ts";
import { part, say } from "./part.ts";
import type { ReadPicture } from "./read-picture.ts";
import { secretOf } from "./recognise.ts";

/** Milliseconds without anything new after which help is offered. */
const PATIENCE = 5_000;
/** Bytes of a text file: more than the largest message, as text, takes. */
const MAX_FILE = 1_000_000;

const HINTS = {
  looking: "Looking for a QR code …",
  nothing:
    "No QR code seen yet. Fill the picture with it: about a hand’s width away, straight on, bright, without reflections.",
  stuck: "Nothing new for a while. Hold still, come a little closer, and see that the code is moving.",
  damaged: "This text is damaged: something is missing or changed. Copy it again, all of it.",
  "too-large": "This message is too large for QR codes. Use a file instead.",
  "not-a-ur": "That is no message for a share server. Show the QR code of the request.",
  "no-code": "There is no QR code in this picture that can be read. Try a sharper one.",
} as const;

export type Reader = {
  /** Ready for another message. */
  readonly clear: () => void;
};

/**
 * @param root an element with the markup of `reader.html` in it.
 * @param onMessage called with each whole `ur:envelope`.
 */
export function createReader(root: HTMLElement, read: ReadPicture, onMessage: (ur: UR) => void): Reader {
  const start = part(root, "start", HTMLElement);
  const openButton = part(root, "open-camera", HTMLButtonElement);
  const pasteButton = part(root, "open-paste", HTMLButtonElement);
  const paste = part(root, "paste", HTMLFormElement);
  const text = part(root, "text", HTMLTextAreaElement);
  const file = part(root, "file", HTMLInputElement);
  const view = part(root, "view", HTMLElement);
  const controls = part(root, "camera-controls", HTMLElement);
  const video = part(root, "video", HTMLVideoElement);
  const torch = part(root, "torch", HTMLButtonElement);
  const choose = part(root, "choose", HTMLElement);
  const cameras = part(root, "cameras", HTMLSelectElement);
  const counter = part(root, "counter", HTMLElement);
  const bar = part(root, "progress", HTMLProgressElement);
  const count = part(root, "count", HTMLElement);
  const hint = part(root, "hint", HTMLElement);

  const collector = createCollector("envelope");
  let camera: Camera | undefined;
  /** Counts what was begun, so that a camera which is allowed too late, after all is done, is closed again. */
  let round = 0;
  let lastNews = 0;

  const closeCamera = () => {
    round += 1;
    camera?.close();
    camera = undefined;
    view.hidden = controls.hidden = true;
    start.hidden = false;
  };

  const clear = () => {
    closeCamera();
    collector.clear();
    counter.hidden = true;
    paste.hidden = true;
    pasteButton.setAttribute("aria-expanded", "false");
    text.value = "";
    file.value = "";
    say(hint, "");
  };

  const take = (line: string): Collected => {
    const collected = collector.add(line);
    if (collected.kind === "complete") {
      clear();
      onMessage(collected.ur);
    } else if (collected.kind === "part") {
      const { known, pieces, parts } = collected.progress;
      counter.hidden = false;
      bar.max = pieces;
      bar.value = known;
      say(count, `${known} of ${pieces} pieces known, from ${parts} ${parts === 1 ? "code" : "codes"}`);
    }
    return collected;
  };

  const explain = (collected: Collected) => {
    if (collected.kind === "other-type") {
      // It may be a secret, which should not stay on the screen.
      text.value = "";
      say(hint, otherType(collected.type));
    } else if (collected.kind === "part") say(hint, "Some parts are missing. Add the others.");
    else if (collected.kind !== "complete") say(hint, HINTS[collected.kind]);
  };

  const takeText = (given: string) => {
    let last: Collected = { kind: "not-a-ur" };
    // Mail programs break long lines: a new message or part begins with `ur:` only.
    for (const line of given.trim().split(/\s+(?=ur:)/i)) {
      last = take(line.replaceAll(/\s/g, ""));
      if (last.kind !== "part") break;
    }
    explain(last);
  };

  const onFrame = (found: string | undefined) => {
    if (found !== undefined) {
      const collected = take(found);
      if (collected.kind === "complete") return;
      const isNews = collected.kind !== "part" ? collected.kind !== "damaged" : collected.isNew;
      if (isNews) {
        lastNews = performance.now();
        if (collected.kind === "part") say(hint, "Reading. Keep it there.");
        else explain(collected);
      }
    }
    if (performance.now() - lastNews > PATIENCE) say(hint, counter.hidden ? HINTS.nothing : HINTS.stuck);
  };

  const open = async (deviceId?: string) => {
    closeCamera();
    say(hint, "Waiting for the camera …");
    openButton.disabled = true;
    const begun = round;
    try {
      const opened = await openCamera(video, read, { deviceId, onFrame });
      if (round !== begun) {
        opened.close();
        return;
      }
      camera = opened;
      start.hidden = paste.hidden = true;
      view.hidden = controls.hidden = false;
      lastNews = performance.now();
      say(hint, HINTS.looking);
      torch.hidden = camera.light === undefined;
      torch.setAttribute("aria-pressed", "false");
      part(root, "close-camera", HTMLButtonElement).focus({ preventScroll: true });
      view.scrollIntoView({ block: "start" });
      await listCameras(camera);
    } catch (error) {
      if (!(error instanceof CameraError)) throw error;
      if (round === begun) say(hint, error.message);
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
      if (given.size > MAX_FILE) say(hint, HINTS["not-a-ur"]);
      else takeText(await given.text());
      return;
    }
    try {
      const picture = await createImageBitmap(given);
      const found = await read(picture, { isThorough: true });
      picture.close();
      if (found === undefined) say(hint, HINTS["no-code"]);
      else takeText(found);
    } catch {
      say(hint, HINTS["no-code"]);
    }
  };

  openButton.addEventListener("click", () => void open());
  cameras.addEventListener("change", () => void open(cameras.value));
  part(root, "close-camera", HTMLButtonElement).addEventListener("click", () => {
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
    takeText(text.value);
  });
  file.addEventListener("change", async () => {
    for (const each of file.files ?? []) await takeFile(each);
    file.value = "";
  });
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", async (event) => {
    event.preventDefault();
    for (const each of event.dataTransfer?.files ?? []) await takeFile(each);
  });

  return { clear };
}

function otherType(type: string): string {
  const secret = secretOf(type);
  return secret === undefined
    ? `That is another kind of message (${type.slice(0, 30)}), not a request. Show the QR code of the request.`
    : `Stop: that is ${secret}. Never show it to any page. It was not sent and not kept. Show the QR code of the request.`;
}
