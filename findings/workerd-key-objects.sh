#!/usr/bin/env bash
# npm workerd 1.20261117.1, node:crypto: a key object works on its own, and is refused inside an options object.
#
# In Node, a key may be given as a KeyObject or as { key: KeyObject, … } to say more about it. workerd refuses the
# second form everywhere: sign, verify, createSign and createPublicKey. So a signature of the fixed length r‖s, as COSE,
# JOSE and Gordian Envelope have it, cannot be made or checked with a key object; with the same key as PEM it can.
# Cloudflare's documentation says that all of node:crypto is supported but for a list of exceptions, and this is not
# among them.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"

cat > seen.txt <<'SEEN'
Node
  sign with a key object: works
  sign with { key: PEM, ieee-p1363 }: works
  sign with { key: key object }: works
  sign with { key: key object, ieee-p1363 }: works
  verify with { key: key object, ieee-p1363 }: works
  createSign with { key: key object }: works
  createPublicKey of { key: private key object }: works
workerd
  sign with a key object: works
  sign with { key: PEM, ieee-p1363 }: works
  sign with { key: key object }: Received an instance of PrivateKeyObject
  sign with { key: key object, ieee-p1363 }: Received an instance of PrivateKeyObject
  verify with { key: key object, ieee-p1363 }: Received an instance of PublicKeyObject
  createSign with { key: key object }: Received an instance of PrivateKeyObject
  createPublicKey of { key: private key object }: Received an instance of PrivateKeyObject
SEEN

echo '{ "private": true }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts workerd@1.20261117.1
cat > look.mjs <<'JS'
import { createPublicKey, createSign, generateKeyPairSync, sign, verify } from "node:crypto";

export default {
  test() {
    console.log(typeof WebSocketPair === "undefined" ? "Node" : "workerd");
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const pem = privateKey.export({ format: "pem", type: "pkcs8" });
    const message = new TextEncoder().encode("a digest");
    const fixed = { dsaEncoding: "ieee-p1363" };
    const signature = sign("sha256", message, { key: pem, ...fixed });
    for (const [name, action] of Object.entries({
      "sign with a key object": () => sign("sha256", message, privateKey),
      "sign with { key: PEM, ieee-p1363 }": () => sign("sha256", message, { key: pem, ...fixed }),
      "sign with { key: key object }": () => sign("sha256", message, { key: privateKey }),
      "sign with { key: key object, ieee-p1363 }": () => sign("sha256", message, { key: privateKey, ...fixed }),
      "verify with { key: key object, ieee-p1363 }": () =>
        verify("sha256", message, { key: publicKey, ...fixed }, signature),
      "createSign with { key: key object }": () => createSign("sha256").update(message).sign({ key: privateKey }),
      "createPublicKey of { key: private key object }": () => createPublicKey({ key: privateKey }),
    })) {
      let outcome;
      try {
        outcome = action() ? "works" : "says no";
      } catch (error) {
        outcome = error.message.slice(error.message.indexOf("Received"));
      }
      console.log(`  ${name}: ${outcome}`);
    }
  },
};
JS
cat > config.capnp <<'CAPNP'
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (services = [(name = "look", worker = (
  modules = [(name = "look", esModule = embed "look.mjs")],
  compatibilityDate = "2026-07-01", compatibilityFlags = ["nodejs_compat"],
))]);
CAPNP
{
  node --input-type=module --eval 'import look from "./look.mjs"; look.test();'
  node_modules/.bin/workerd test config.capnp 2> log.txt
} | tee now.txt
diff seen.txt now.txt
