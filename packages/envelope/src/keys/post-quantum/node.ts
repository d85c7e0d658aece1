/** For Node: OpenSSL where it has the schemes (Node 24.7), else as elsewhere. */
import { opensslPostQuantum, supportsPostQuantum } from "./openssl.ts";
import * as portable from "./portable.ts";
import type { PostQuantum } from "./post-quantum.ts";

let openssl: PostQuantum | false | undefined;

function native(): PostQuantum | false {
  openssl ??= supportsPostQuantum() && opensslPostQuantum;
  return openssl;
}

export function loadedPostQuantum(): PostQuantum {
  return native() || portable.loadedPostQuantum();
}

export async function loadPostQuantum(): Promise<PostQuantum> {
  return native() || portable.loadPostQuantum();
}
