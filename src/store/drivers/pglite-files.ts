import { NodeFS } from "@electric-sql/pglite/nodefs";
import { syncDescriptor } from "./durable-files.ts";

/** The engine's number for EIO. Postgres stops when a sync of its log fails, as it must. */
const EIO = 29;

/**
 * PGlite's file system for Node, with a sync that reaches the disk. PGlite's own has no sync: the engine takes one for
 * done although nothing was written.
 */
export class DurableFiles extends NodeFS {
  override async init(...[pg, options]: Parameters<NodeFS["init"]>): ReturnType<NodeFS["init"]> {
    const started = await super.init(pg, options);
    const giveSync = ({ NODEFS }: { NODEFS: object }) => {
      if (!hasStreamOperations(NODEFS))
        throw new Error("PGlite's file system is not built as this driver knows it");
      NODEFS.stream_ops.fsync = ({ nfd }) => sync(nfd);
    };
    const { preRun = [] } = started.emscriptenOpts;
    return { emscriptenOpts: { ...started.emscriptenOpts, preRun: [...preRun, giveSync] } };
  }
}

/** Syncs, and returns 0 or an error number, as the engine expects of a C function. */
function sync(descriptor: number): number {
  try {
    syncDescriptor(descriptor);
    return 0;
  } catch {
    return EIO;
  }
}

interface StreamOperations {
  fsync?: (stream: { nfd: number }) => number;
}

function hasStreamOperations(files: object): files is { stream_ops: StreamOperations } {
  return "stream_ops" in files && typeof files.stream_ops === "object" && files.stream_ops !== null;
}
