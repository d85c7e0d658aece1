/** A disk of its own, in memory, which can be full. Needs root, to mount it. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export type SmallDisk = Disposable & {
  readonly folder: string;
  /** Makes the disk so small that what is on it fills it. @param spare bytes that stay free. */
  readonly shrink: (spare: number) => void;
  /** Gives it back the size that it had. */
  readonly regrow: () => void;
};

/** How often a disk is measured anew, when others write to it meanwhile. */
const MAX_TRIES = 100;

/** Why no disk can be mounted here; undefined where one can. */
export function whyNoSmallDisk(): string | undefined {
  try {
    mountSmallDisk("1m")[Symbol.dispose]();
    return undefined;
  } catch {
    return "needs root, to mount a small disk";
  }
}

/** Mounts one, until it is disposed of. @param size as `mount` takes it. */
export function mountSmallDisk(size: string): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), "share-server-small-"));
  const unmake = () => rmSync(folder, { recursive: true, force: true });
  const mount = (...options: readonly string[]) => {
    execFileSync("mount", ["-t", "tmpfs", "-o", options.join(), "tmpfs", folder], { stdio: "ignore" });
  };
  try {
    // The user that Postgres runs as needs a way into the folder.
    mount(`size=${size}`, "mode=711");
  } catch (error) {
    unmake();
    throw error;
  }
  return {
    folder,
    shrink: (spare) => {
      for (let tries = 1; ; tries++) {
        const { blocks, bfree, bsize } = statfsSync(folder);
        try {
          return mount("remount", `size=${(blocks - bfree) * bsize + spare}`);
        } catch (error) {
          // Somebody has written more since it was measured.
          if (tries === MAX_TRIES) throw error;
        }
      }
    },
    regrow: () => mount("remount", `size=${size}`),
    [Symbol.dispose]: () => {
      execFileSync("umount", ["--lazy", folder]);
      unmake();
    },
  };
}
