/** How far a check has come, in a file of the data folder, so that one that was cut off goes on where it was. */
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bytesToHex, hexToBytes } from "#bc/dcbor";
import type { SharePlace } from "../store/next-shares.ts";
import { accountXid, shareId } from "../store/types.ts";

/** A damaged share, by its names in the log. */
export type DamagedShare = { readonly account: string; readonly share: string };

export type CheckProgress = {
  /** The last share that was checked. Undefined: none yet. */
  readonly after: SharePlace | undefined;
  readonly checked: number;
  readonly damaged: readonly DamagedShare[];
};

export const NOT_BEGUN: CheckProgress = { after: undefined, checked: 0, damaged: [] };

export type ProgressFile = {
  readonly read: () => CheckProgress;
  readonly write: (progress: CheckProgress) => void;
  readonly remove: () => void;
};

/** @param database tells one database from another: the progress in one says nothing of the other. */
export function progressFile(folder: string, database: string): ProgressFile {
  const path = join(folder, "check-progress.json");
  return {
    read: () => {
      try {
        const kept = JSON.parse(readFileSync(path, "utf8"));
        if (kept.database !== database) return NOT_BEGUN;
        const after = {
          account: accountXid(hexToBytes(kept.account)),
          shareId: shareId(hexToBytes(kept.share)),
        };
        return { after, checked: kept.checked, damaged: kept.damaged };
      } catch {
        // There is none, or it is cut off: a check from the start is right as well, and takes longer.
        return NOT_BEGUN;
      }
    },
    write: ({ after, checked, damaged }) => {
      if (after === undefined) return;
      const [account, share] = [bytesToHex(after.account), bytesToHex(after.shareId)];
      const text = JSON.stringify({ database, account, share, checked, damaged });
      writeFileSync(`${path}.draft`, text, { mode: 0o600 });
      renameSync(`${path}.draft`, path);
    },
    remove: () => rmSync(path, { force: true }),
  };
}
