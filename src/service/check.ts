/**
 * A check: reads every share, decrypts it and compares it with its name, in the order of their places.
 *
 * It can be cut off at any time. Whoever keeps the progress goes on where it was.
 */
import { nextShares, type PlacedShare, type SharePlace } from "../store/next-shares.ts";
import { type Sql, StoreError } from "../store/sql.ts";
import { logName } from "./log-name.ts";
import { openWholeShare } from "./open-share.ts";
import { type StorageKeys, withCipher } from "./storage-keys.ts";

/** A damaged share, by its names in the log. */
export type DamagedShare = { readonly account: string; readonly share: string };

export type CheckProgress = {
  /** The last share that was checked. Undefined: none yet. */
  readonly after: SharePlace | undefined;
  readonly checked: number;
  readonly damaged: readonly DamagedShare[];
};

export const NOT_BEGUN: CheckProgress = { after: undefined, checked: 0, damaged: [] };

export type CheckOptions = {
  /** As the role that owns the tables. */
  readonly sql: Sql;
  readonly keys: StorageKeys;
  /** Where to go on. */
  readonly from: CheckProgress;
  /** Shares a second at most. */
  readonly rate: number;
  /** Shares that are read at once, and as much as a check may have to repeat. */
  readonly portion: number;
  /** Resolves after so many milliseconds. When it rejects, the check ends so. */
  readonly sleep: (milliseconds: number) => Promise<unknown>;
  readonly onProgress: (progress: CheckProgress) => void;
};

/** @throws {StoreError} when the database, or the keys in it, cannot be read. */
export async function checkShares(options: CheckOptions): Promise<CheckProgress> {
  const { sql, keys, from, rate, sleep, onProgress } = options;
  const portion = Math.min(options.portion, rate);
  let progress = from;
  for (;;) {
    const shares = await nextShares(sql, progress.after, portion);
    const after = shares.at(-1);
    if (after === undefined) return progress;
    const damaged = [...progress.damaged];
    for (const share of shares) {
      if (!(await isIntact(keys, share))) {
        damaged.push({ account: logName(share.account), share: logName(share.shareId) });
      }
    }
    progress = { after, checked: progress.checked + shares.length, damaged };
    onProgress(progress);
    await sleep((1_000 * portion) / rate);
  }
}

/** A rekey may begin meanwhile, so a key that is not known is looked for first. */
function isIntact(keys: StorageKeys, share: PlacedShare): Promise<boolean> {
  return withCipher(keys, (cipher) => openWholeShare(cipher, share)).then(
    () => true,
    (error: unknown) => {
      if (error instanceof StoreError && error.code !== "data-key") throw error;
      return false;
    },
  );
}
