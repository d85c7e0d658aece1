/** Devices that are cut off at one step, of those that reach out of the memory: a write of the profile, or a request. */
import { EMPTY_PROFILE, type Profile, type ProfileKeeper, type Reach } from "@bc/share-client";
import { network } from "./places.ts";

/** What stops at a step. */
export type Cut =
  /** The device: from then on nothing is written or sent. */
  | "power"
  /** That one step fails; what comes after it works. */
  | "once";

export type CutDevice = {
  readonly keeper: ProfileKeeper;
  readonly reach: Reach;
  /** What is on the disk. */
  readonly kept: () => string;
  /** Whether the step was reached. */
  readonly wasCut: () => boolean;
};

/**
 * A device that begins with a profile on its disk.
 *
 * @param at the step that fails, from 1: each write is one, and each request two, before it is sent and when it has been
 *   carried out but the answer is lost. Infinity: none.
 */
export function deviceCutAt(kept: string, at: number, cut: Cut): CutDevice {
  let disk = kept;
  let steps = 0;

  function step(): void {
    steps += 1;
    if (steps === at || (steps > at && cut === "power")) throw new TypeError(`cut at step ${at}`);
  }

  const { now, transport = fetch } = network();
  return {
    keeper: {
      read: (): Profile => JSON.parse(disk),
      update: async (change) => {
        step();
        disk = JSON.stringify(change(JSON.parse(disk)));
      },
    },
    reach: {
      now,
      transport: async (request) => {
        step();
        const response = await transport(request);
        step();
        return response;
      },
    },
    kept: () => disk,
    wasCut: () => steps >= at,
  };
}

export const NOTHING = JSON.stringify(EMPTY_PROFILE);
