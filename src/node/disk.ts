/**
 * The disk of the embedded database: how much of it is free, and the ballast.
 *
 * Even to delete, a database has to write first. So a file of no use takes some room while there is plenty, and goes when there
 * is nearly none: whatever filled the disk, what is left then is enough to delete and to start.
 */
import { existsSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The size of a file of the database's log: with as much it can start. */
const BALLAST_BYTES = 16 * 1024 * 1024;
const BALLAST = "ballast";

export type Disk = {
  /** Whether less is free than there should be. Keeps the ballast, or gives it up, as that demands. */
  readonly isShort: () => boolean;
  readonly freeBytes: () => number;
};

/**
 * Gives the ballast up at once where the disk is full.
 *
 * @param minFreeBytes 0: nobody looks, and there is no ballast.
 */
export function watchDisk(folder: string, minFreeBytes: number): Disk {
  const file = join(folder, BALLAST);
  const isShort = (): boolean => {
    const free = freeBytes(folder);
    if (minFreeBytes === 0 || free < BALLAST_BYTES) rmSync(file, { force: true });
    else if (free >= minFreeBytes + BALLAST_BYTES && !existsSync(file)) writeBallast(file);
    return free < minFreeBytes;
  };
  isShort();
  return { isShort, freeBytes: () => freeBytes(folder) };
}

function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

/** Not all zeros, which a file system might keep as a hole or compressed to nothing. */
function writeBallast(file: string): void {
  const bytes = Buffer.alloc(BALLAST_BYTES);
  for (let offset = 0; offset < BALLAST_BYTES; offset += 65_536) {
    crypto.getRandomValues(bytes.subarray(offset, offset + 65_536));
  }
  writeFileSync(file, bytes, { mode: 0o600 });
}
