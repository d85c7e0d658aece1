import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * The NODE_COMPILE_CACHE of every process that tests start. Without it each would compile the same sources again, which is
 * most of what a start costs.
 */
export const COMPILE_CACHE = join(tmpdir(), "share-server-compile-cache");
