/**
 * Takes one message in: by the camera, as pasted text, as a file or as a dropped picture.
 *
 * All four give texts to one collector, so the user may begin with the camera and go on with pictures.
 */

import { type Collected, createCollector, KIND_BYTES, type Progress, pictureKind } from "@bc/share-client";
import { decodeText } from "@bc/share-protocol";
import type { UR } from "#bc/ur";
import { type Camera, CameraError, openCamera } from "./camera.ts";
import { elementNamed, setText } from "./dom.ts";
import type { Texts } from "./languages/index.ts";
import { type Note, showNote } from "./note.ts";
import type { ReadPicture } from "./read-picture.ts";
import { secretIn, secretInUR } from "./secrets/find-secret.ts";
import type { SecretKind } from "./secrets/secret-kind.ts";
import type { WordList } from "./secrets/word-lists.ts";
import { fill } from "./texts.ts";

/** Milliseconds without news after which the reader offers help. */
const PATIENCE = 5_000;
/** Bytes of a text file, or characters of a text: more than the largest message takes as text. */
const MAX_FILE = 1_000_000;

type Taken = Collected | { readonly kind: "secret" };

export type Reader = {
  /** Ready for another message. */
  readonly clear: () => void;
};

export type ReaderOptions = {
  readonly texts: Texts;
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
  { texts, lists: loading, onMessage, onUnasked }: ReaderOptions,
): Reader {
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
  const notes = notesOf(texts);
  const say = (note?: Note) => showNote(hint, texts.kinds, note);
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
    openButton.hidden = false;
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
    say();
    stop.replaceChildren();
  };

  /** Keeps nothing of what was given, and says so, louder than anything else on the page. */
  const warn = (secret: SecretKind): Taken => {
    clearFields();
    say();
    const title = document.createElement("strong");
    title.textContent = fill(texts.secrets.title, { secret: texts.secrets.kinds[secret] });
    // A camera sees it many times.
    if (stop.firstChild?.textContent !== title.textContent) {
      stop.replaceChildren(title, texts.secrets.advice);
      stop.scrollIntoView({ block: "nearest" });
    }
    return { kind: "secret" };
  };

  /** @param given one text, or those of all codes in a picture. */
  const take = (given: readonly string[], known: readonly WordList[]): Taken => {
    const whole = given.join("\n");
    const secret = [...given, whole].map((text) => secretIn(text.slice(0, MAX_FILE), known)).find(Boolean);
    if (secret !== undefined) return warn(secret);
    if (whole.length > MAX_FILE) return { kind: "not-a-ur" };
    const collected = collector.add(whole);
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
      setText(count, fill(texts.reader.count, { known, total, codes }));
    }
    return collected;
  };

  const explain = (collected: Taken) => {
    if (collected.kind === "secret" || collected.kind === "complete") return;
    // Whatever it is, it should not stay on the screen.
    if (collected.kind === "other-type" || collected.kind === "not-a-ur") text.value = "";
    say(notes.aboutTaken(collected));
  };

  const takeTexts = async (...given: readonly string[]) => {
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

  const onFrame = (found: readonly string[]) => {
    if (found.length > 0 && lists !== undefined) {
      const collected = take(found, lists);
      if (collected.kind === "complete") return;
      if (collected.kind === "damaged") isUnclear = true;
      else if (collected.kind !== "part" || collected.isNew) {
        noteNews();
        if (collected.kind === "part") say(notes.aboutProgress(collected.progress));
        else explain(collected);
      }
    }
    if (performance.now() - lastNews > PATIENCE) say(notes[trouble()]);
  };

  const onEnd = () => {
    closeCamera();
    openButton.focus();
    say(notes.ended);
  };

  const open = async (deviceId?: string) => {
    closeCamera();
    stop.replaceChildren();
    say(notes.waiting);
    openButton.disabled = true;
    const begun = round;
    try {
      const opened = await openCamera(video, read, { deviceId, onFrame, onEnd });
      if (round !== begun) {
        opened.close();
        return;
      }
      camera = opened;
      openButton.hidden = true;
      view.hidden = controls.hidden = false;
      noteNews();
      say(notes.looking);
      torch.hidden = camera.light === undefined;
      torch.setAttribute("aria-pressed", "false");
      elementNamed(root, "close-camera", HTMLButtonElement).focus({ preventScroll: true });
      view.scrollIntoView({ block: "start" });
      await listCameras(camera);
    } catch (error) {
      if (!(error instanceof CameraError)) throw error;
      if (round === begun) say({ kind: "bad", text: texts.cameraTrouble[error.trouble] });
    } finally {
      openButton.disabled = false;
    }
  };

  const listCameras = async (opened: Camera) => {
    const devices = await opened.list();
    choose.hidden = devices.length < 2;
    if (cameras.length === devices.length) return;
    cameras.replaceChildren(
      ...devices.map(
        ({ label, deviceId }, i) =>
          new Option(label || fill(texts.reader.cameraNumber, { number: i + 1 }), deviceId),
      ),
    );
  };

  const takeFile = async (given: File) => {
    const kind = pictureKind(new Uint8Array(await given.slice(0, KIND_BYTES).arrayBuffer()));
    if (kind !== undefined || given.type.startsWith("image/")) await takePicture(given, kind);
    else if (given.size > MAX_FILE) say(notes.aboutTaken({ kind: "not-a-ur" }));
    else await takeTexts(decodeText(new Uint8Array(await given.arrayBuffer())));
  };

  const takePicture = async (given: File, kind: string | undefined) => {
    let picture: ImageBitmap;
    try {
      picture = await createImageBitmap(given);
    } catch {
      say(notes.aboutPicture(kind));
      return;
    }
    const found = await read(picture);
    picture.close();
    if (found.length === 0) say(notes.noCode);
    else await takeTexts(...found);
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
    closeCamera();
    say(counter.hidden ? undefined : notes.stopped);
    openButton.focus();
  });
  elementNamed(root, "forget", HTMLButtonElement).addEventListener("click", () => {
    const wasOpen = camera !== undefined;
    clear();
    if (wasOpen) void open();
    else openButton.focus();
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
    void takeTexts(text.value);
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
    else await takeTexts(dragged);
  });

  return { clear };
}

type Notes = {
  readonly [Name in
    | "waiting"
    | "looking"
    | "nothing"
    | "stuck"
    | "unclear"
    | "stopped"
    | "ended"
    | "noCode"]: Note;
} & {
  /** About a picture that this browser can't open. */
  readonly aboutPicture: (kind: string | undefined) => Note;
  readonly aboutTaken: (collected: Exclude<Collected, { kind: "complete" }>) => Note;
  /** What the reader says at each quarter of an animation. */
  readonly aboutProgress: (progress: Progress) => Note;
};

function notesOf({ reader }: Texts): Notes {
  const info = (text: string): Note => ({ kind: "info", text });
  const warning = (text: string): Note => ({ kind: "warning", text });
  const bad = (text: string): Note => ({ kind: "bad", text });
  return {
    waiting: info(reader.waiting),
    looking: info(reader.looking),
    nothing: warning(reader.nothing),
    stuck: warning(reader.stuck),
    unclear: warning(reader.unclear),
    stopped: info(reader.stopped),
    ended: warning(reader.ended),
    noCode: bad(reader.noCode),
    aboutPicture: (kind) =>
      bad(kind === undefined ? reader.noPicture : fill(reader.formatUnknown, { format: kind })),
    aboutTaken: (collected) => {
      switch (collected.kind) {
        case "part":
          return collected.damaged === 0 ? info(reader.missing) : warning(reader.missingOrDamaged);
        case "other-type":
          return bad(fill(reader.otherType, { type: collected.type.slice(0, 30) }));
        case "damaged":
          return bad(reader.damaged);
        case "several":
          return bad(reader.several);
        case "too-large":
          return bad(reader.tooLarge);
        case "not-a-ur":
          return bad(reader.notAUr);
      }
    },
    aboutProgress: ({ known, total }) => {
      const { begun, quarter, half, threeQuarters } = reader;
      return info(
        [begun, quarter, half, threeQuarters][Math.min(Math.floor((known / total) * 4), 3)] ?? begun,
      );
    },
  };
}
