import { closeSync, fdatasyncSync, fstatSync, openSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { NodeFS } from "@electric-sql/pglite/nodefs";

// What the engine's C library calls EIO. Postgres stops at a failed sync of its log, and so it must.
const EIO = 29;

/**
 * PGlite's file system for Node, with a sync that reaches the disk. The one it comes with has none: the
 * engine takes a sync for done without anything having been written.
 */
export class DurableFiles extends NodeFS {
  override async init(...[pg, options]: Parameters<NodeFS["init"]>): ReturnType<NodeFS["init"]> {
    const started = await super.init(pg, options);
    const giveSync = ({ NODEFS }: { NODEFS: object }) => {
      if (!hasStreamOperations(NODEFS))
        throw new Error("PGlite's file system is not built as this driver knows it");
      NODEFS.stream_ops.fsync = ({ nfd }) => syncDescriptor(nfd);
    };
    const { preRun = [] } = started.emscriptenOpts;
    return { emscriptenOpts: { ...started.emscriptenOpts, preRun: [...preRun, giveSync] } };
  }
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
    if (syncDescriptor(descriptor) !== 0) throw new Error(`cannot sync ${path}`);
  } finally {
    closeSync(descriptor);
  }
}

function syncDescriptor(descriptor: number): number {
  try {
    fdatasyncSync(descriptor);
    return 0;
  } catch {
    // Windows syncs no folders, and needs not.
    return fstatSync(descriptor).isDirectory() ? 0 : EIO;
  }
}

interface StreamOperations {
  fsync?: (stream: { nfd: number }) => number;
}

function hasStreamOperations(files: object): files is { stream_ops: StreamOperations } {
  return "stream_ops" in files && typeof files.stream_ops === "object" && files.stream_ops !== null;
}
