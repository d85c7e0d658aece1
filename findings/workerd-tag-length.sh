#!/usr/bin/env bash
# npm workerd 1.20261117.1, node:crypto: `authTagLength` is passed over, and a tag has 16 bytes whatever was asked for.
#
# In Node, createCipheriv(…, { authTagLength: 12 }) makes getAuthTag return 12 bytes. workerd takes the option without
# an error, for AES-GCM and for ChaCha20-Poly1305, and returns all 16. A message that is put together as nonce,
# ciphertext and tag gets another length in a Worker than in Node, and a reader that cuts off the last 12 bytes cuts in
# the middle of the tag. The first bytes are the same, so the caller can shorten the tag.
# Cloudflare's documentation says that all of node:crypto is supported but for a list of exceptions, and this is not
# among them. Formats whose tags have 16 bytes, Gordian Envelope's among them, are not affected.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"

cat > seen.txt <<'SEEN'
Node, aes-256-gcm, 12 bytes: f43024937958971197fae9d9
Node, aes-256-gcm, 16 bytes: f43024937958971197fae9d9fa8daaa9
Node, chacha20-poly1305, 12 bytes: b3e354974a758692d24a88ac
Node, chacha20-poly1305, 16 bytes: b3e354974a758692d24a88ac8db5ed89
workerd, aes-256-gcm, 12 bytes: f43024937958971197fae9d9fa8daaa9
workerd, aes-256-gcm, 16 bytes: f43024937958971197fae9d9fa8daaa9
workerd, chacha20-poly1305, 12 bytes: b3e354974a758692d24a88ac8db5ed89
workerd, chacha20-poly1305, 16 bytes: b3e354974a758692d24a88ac8db5ed89
SEEN

echo '{ "private": true }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts workerd@1.20261117.1
cat > look.mjs <<'JS'
import { createCipheriv } from "node:crypto";

export function tags(runtime) {
  for (const cipher of ["aes-256-gcm", "chacha20-poly1305"]) {
    for (const authTagLength of [12, 16]) {
      const encryption = createCipheriv(cipher, new Uint8Array(32), new Uint8Array(12), { authTagLength });
      encryption.update(new TextEncoder().encode("a share"));
      encryption.final();
      console.log(`${runtime}, ${cipher}, ${authTagLength} bytes: ${encryption.getAuthTag().toString("hex")}`);
    }
  }
}

export default { test: () => tags("workerd") };
JS
cat > config.capnp <<'CAPNP'
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (services = [(name = "look", worker = (
  modules = [(name = "look", esModule = embed "look.mjs")],
  compatibilityDate = "2026-07-01", compatibilityFlags = ["nodejs_compat"],
))]);
CAPNP
{
  node --input-type=module --eval 'import { tags } from "./look.mjs"; tags("Node");'
  node_modules/.bin/workerd test config.capnp 2> log.txt
} | tee now.txt
diff seen.txt now.txt
