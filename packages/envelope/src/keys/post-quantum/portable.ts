/**
 * For browsers and Workers, whose WebCrypto has neither: `@noble/post-quantum`, a chunk of its own in a bundle, fetched
 * when the first such key is met.
 */
import { KeyError } from "../key-error.ts";
import type { PostQuantum } from "./post-quantum.ts";

let loaded: PostQuantum | undefined;

/** @throws {KeyError} `not-loaded` before {@link loadPostQuantum} is done. */
export function loadedPostQuantum(): PostQuantum {
  if (loaded === undefined) throw new KeyError("not-loaded", "await loadPostQuantum() first");
  return loaded;
}

export async function loadPostQuantum(): Promise<PostQuantum> {
  loaded ??= (await import("./noble.ts")).noblePostQuantum;
  return loaded;
}
