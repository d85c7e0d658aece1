/** The camera: the choice of one, its light, its frames, and why it can't be used. */
import type { Texts } from "./languages/index.ts";
import type { ReadPicture } from "./read-picture.ts";

export type Camera = {
  /** All cameras, with the platform's names. */
  readonly list: () => Promise<readonly MediaDeviceInfo[]>;
  /** Turns the light on or off. Undefined when the camera has none. */
  readonly light: ((isOn: boolean) => Promise<void>) | undefined;
  readonly close: () => void;
};

export type CameraOptions = {
  /** Default: one that looks away from the user. */
  readonly deviceId?: string | undefined;
  /** Called for each frame that the worker has looked at, with the texts of the codes in it. */
  readonly onFrame: (codes: readonly string[]) => void;
  /** Called when the camera ends by itself: unplugged, taken by another program, or no longer allowed. */
  readonly onEnd: () => void;
};

/** Why there is no picture. The page has words for each, in every language. */
export type CameraTrouble = keyof Texts["cameraTrouble"];

export class CameraError extends Error {
  override readonly name = "CameraError";
  readonly trouble: CameraTrouble;

  constructor(trouble: CameraTrouble, cause?: unknown) {
    super(trouble, { cause });
    this.trouble = trouble;
  }
}

/** By the names that the platform gives its errors. */
const TROUBLES: Readonly<Record<string, CameraTrouble>> = {
  NotAllowedError: "notAllowed",
  NotFoundError: "notFound",
  NotReadableError: "inUse",
};

/** The light is newer than the platform's types. */
interface LightConstraint extends MediaTrackConstraintSet {
  readonly torch: boolean;
}

/** @throws {CameraError} */
export async function openCamera(
  video: HTMLVideoElement,
  read: ReadPicture,
  { deviceId, onFrame, onEnd }: CameraOptions,
): Promise<Camera> {
  const stream = await openStream(deviceId);
  const [track] = stream.getVideoTracks();
  let isOpen = true;
  const close = () => {
    isOpen = false;
    for (const each of stream.getTracks()) each.stop();
    video.srcObject = null;
  };
  video.srcObject = stream;
  try {
    await video.play();
  } catch (cause) {
    close();
    throw new CameraError("noPicture", cause);
  }

  track?.addEventListener("ended", () => isOpen && onEnd());

  let seen = -1;
  const look = async () => {
    if (video.currentTime !== seen) {
      seen = video.currentTime;
      const codes = await read(video);
      if (isOpen) onFrame(codes);
    }
    if (isOpen) requestAnimationFrame(look);
  };
  void look();

  return {
    list: async () =>
      (await navigator.mediaDevices.enumerateDevices()).filter(({ kind }) => kind === "videoinput"),
    light: track && hasLight(track) ? (isOn) => setLight(track, isOn) : undefined,
    close,
  };
}

async function openStream(deviceId: string | undefined): Promise<MediaStream> {
  // The platform's types promise `mediaDevices`, but browsers leave it out on an insecure connection.
  if (!("mediaDevices" in navigator)) throw new CameraError("insecure");
  const which = deviceId === undefined ? { facingMode: "environment" } : { deviceId: { exact: deviceId } };
  try {
    return await navigator.mediaDevices.getUserMedia({
      video: { ...which, width: { ideal: 1280 }, height: { ideal: 720 } },
    });
  } catch (cause) {
    const name = cause instanceof Error ? cause.name : "";
    throw new CameraError(TROUBLES[name] ?? "other", cause);
  }
}

function hasLight(track: MediaStreamTrack): boolean {
  const capabilities: object = track.getCapabilities?.() ?? {};
  return "torch" in capabilities && capabilities.torch === true;
}

function setLight(track: MediaStreamTrack, isOn: boolean): Promise<void> {
  const light: LightConstraint = { torch: isOn };
  return track.applyConstraints({ advanced: [light] });
}
