/** How far a check has come, in a file of the data folder, so that one that was cut off goes on where it was. */
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bytesToHex, hexToBytes } from "#bc/dcbor";
import { type CheckProgress, NOT_BEGUN } from "../service/check.ts";
import { accountXid, shareId } from "../store/types.ts";

export type ProgressFile = {
  readonly read: () => CheckProgress;
  readonly write: (progress: CheckProgress) => void;
  readonly remove: () => void;
};

/**
 * @param name of the file: the operator's check and the server's go each their own way.
 * @param database tells one database from another: the progress in one says nothing of the other.
 */
export function progressFile(
  folder: string,
  name: "check-progress.json" | "background-check.json",
  database: string,
): ProgressFile {
  const path = join(folder, name);
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
