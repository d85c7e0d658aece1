/** A profile in the page's memory, and nowhere else: it is gone when the page closes. */
import { EMPTY_PROFILE, type Profile, type ProfileKeeper } from "@bc/share-client";

export type MemoryKeeper = ProfileKeeper & {
  /** Puts another profile in the place of this one. */
  readonly replace: (profile: Profile) => void;
};

export function createMemoryKeeper(): MemoryKeeper {
  let kept = EMPTY_PROFILE;
  return {
    read: () => kept,
    update: async (change) => {
      kept = change(kept);
    },
    replace: (profile) => {
      kept = profile;
    },
  };
}
