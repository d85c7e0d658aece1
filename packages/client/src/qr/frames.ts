/**
 * A UR as QR codes: one, or the frames of an animation.
 *
 * A frame holds a part in upper case, which QR's alphanumeric mode packs into 5.5 bits a character, at error correction
 * level L: others make up for a frame that the camera misses. First come the parts as they are, then as many mixtures of
 * them, then the parts again. A camera that misses nothing needs the first round alone. A camera that joins in the
 * middle is done sooner than it would be with endless mixtures. A camera that misses codes is done far sooner than it
 * would be without any. bench/page.ts measures it.
 */
import encodeQR from "qr";
import { MultipartEncoder, type UR } from "#bc/ur";

/** Bytes of the message that a frame carries, for cameras that are worse or better than usual. */
export const FRAGMENT_SIZES = { small: 100, medium: 200, large: 400 } as const;
export type FragmentSize = keyof typeof FRAGMENT_SIZES;

/** Frames a second, unless the user wants something else. */
export const FRAMES_PER_SECOND = 5;

/**
 * The largest message, in bytes, that is worth an animation: half a minute of codes that nobody misses. So large is the answer
 * with the largest share, signed and sealed by the largest keys.
 */
export const MAX_ANIMATED = 24_576;

/** Receivers count parts with 16 bits; long before that the animation may as well begin again. */
const LAST_PART = 10_000;

export type Frames = {
  /** Parts that the message is cut into; 1 for a code that stands still. */
  readonly count: number;
  /** The text of the next code. */
  readonly next: () => string;
};

/** @param fragment bytes of the message that a frame carries at most. */
export function framesOf(ur: UR, fragment: number): Frames {
  if (ur.cbor.toData().length <= fragment) {
    const text = ur.toString().toUpperCase();
    return { count: 1, next: () => text };
  }
  let encoder = new MultipartEncoder(ur, fragment);
  const count = encoder.partCount;
  const parts = Array.from({ length: count }, () => encoder.nextPart().toUpperCase());
  const nextMixture = () => {
    if (encoder.index >= LAST_PART) {
      encoder = new MultipartEncoder(ur, fragment);
      while (encoder.index < count) encoder.nextPart();
    }
    return encoder.nextPart().toUpperCase();
  };
  let shown = 0;
  return { count, next: () => parts[shown++ % (2 * count)] ?? nextMixture() };
}

/** Modules of white around the code: readers need them. */
const QUIET_ZONE = 4;

/** Rows of modules, true for dark. */
export function modulesOf(text: string): readonly (readonly boolean[])[] {
  return encodeQR(text, "raw", { ecc: "low", encoding: "alphanumeric", border: QUIET_ZONE });
}
