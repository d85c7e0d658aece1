/** The camera: the choice of one, its light, its frames, and why it can't be used. */
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
  /** Called for each frame that the worker has looked at, with the text of the code in it, if any. */
  readonly onFrame: (text: string | undefined) => void;
  /** Called when the camera ends by itself: unplugged, taken by another program, or no longer allowed. */
  readonly onEnd: () => void;
};

/** Why there is no picture, in words for the user, with what the user can do about it. */
export class CameraError extends Error {
  override readonly name = "CameraError";
}

const REASONS: Readonly<Record<string, string>> = {
  NotAllowedError:
    "The camera is not allowed here. Allow it in the browser’s settings for this page, often behind the sign beside the address, and try again. Or paste the text, or choose a picture.",
  NotFoundError: "This device has no camera. Paste the text, or choose a picture.",
  NotReadableError: "Another program is using the camera. Close it, and try again.",
};
const INSECURE =
  "The browser gives the camera to pages with a secure connection (https) only. Paste the text, or choose a picture.";

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
    throw new CameraError("The camera gives no picture. Try another one.", { cause });
  }

  track?.addEventListener("ended", () => isOpen && onEnd());

  let seen = -1;
  const look = async () => {
    if (video.currentTime !== seen) {
      seen = video.currentTime;
      const text = await read(video);
      if (isOpen) onFrame(text);
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
  if (!("mediaDevices" in navigator)) throw new CameraError(INSECURE);
  const which = deviceId === undefined ? { facingMode: "environment" } : { deviceId: { exact: deviceId } };
  try {
    return await navigator.mediaDevices.getUserMedia({
      video: { ...which, width: { ideal: 1280 }, height: { ideal: 720 } },
    });
  } catch (cause) {
    const name = cause instanceof Error ? cause.name : "";
    throw new CameraError(REASONS[name] ?? "The camera could not be opened. Try again, or paste the text.", {
      cause,
    });
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
