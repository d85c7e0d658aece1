/** Files and folders on the disk when the function returns, not merely handed to the system. */
import {
  chownSync,
  closeSync,
  fdatasyncSync,
  fstatSync,
  linkSync,
  openSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";

const OWNER_ONLY = 0o600;

/**
 * Makes a file that only its owner may read, unless there is one of that name.
 *
 * The whole file is written under another name, synced, and then linked to its own name. So a crash leaves either no
 * file or a complete one, and of two processes at once only one makes the file.
 *
 * @returns whether it was made.
 */
export function createFileOnce(path: string, content: string): boolean {
  const draft = `${path}.${crypto.randomUUID()}.draft`;
  writeFileSync(draft, content, { mode: OWNER_ONLY, flag: "wx" });
  try {
    syncPath(draft);
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  } finally {
    unlinkSync(draft);
    syncPath(dirname(path));
  }
}

/**
 * Replaces a file that only its owner may read. A crash leaves the file as it was, or as it shall be. The owner stays the
 * same, also where root replaces it.
 */
export function replaceFile(path: string, content: string): void {
  const draft = `${path}.${crypto.randomUUID()}.draft`;
  const { uid, gid } = statSync(path);
  writeFileSync(draft, content, { mode: OWNER_ONLY, flag: "wx" });
  try {
    if (uid !== statSync(draft).uid) chownSync(draft, uid, gid);
    syncPath(draft);
    renameSync(draft, path);
  } catch (error) {
    unlinkSync(draft);
    throw error;
  }
  syncPath(dirname(path));
}

/** Syncs a folder with all that is in it. */
export async function syncTree(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    if (entry.isFile() || entry.isDirectory()) syncPath(join(entry.parentPath, entry.name));
  }
  syncPath(folder);
}

/** Syncs one file, or one folder's list of names. */
export function syncPath(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    syncDescriptor(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Syncs what is open. */
export function syncDescriptor(descriptor: number): void {
  try {
    fdatasyncSync(descriptor);
  } catch (error) {
    // Windows syncs no folders, and needs not.
    if (!fstatSync(descriptor).isDirectory()) throw error;
  }
}
