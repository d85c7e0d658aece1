#!/usr/bin/env bash
# npm @blockchaincommons/dcbor 1.0.0-beta.1 and npm cbor2 2.3.0 (its dCBOR options): one number, two encodings of
# "deterministic" CBOR, and each refuses the other's.
#
# The dCBOR draft (draft-mcnally-deterministic-cbor) has integers from -2^63 to 2^64-1, and calls the negative ones of
# 65 bits below that range invalid: what is lower is written as a float. cbor2 does so. The package of the draft's
# authors writes such a number as the 65-bit integer, and takes the float for an error. From -2^63 up both agree.
# What is signed or hashed by one side with such a number in it does not verify on the other.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"

cat > seen.txt <<'SEEN'
-9223372036854775808
  dcbor writes 3b7fffffffffffffff, which cbor2 reads
  cbor2 writes 3b7fffffffffffffff, which dcbor reads
-9223372036854777856
  dcbor writes 3b80000000000007ff, which cbor2 refuses: Invalid 65bit negative number: -9223372036854777856
  cbor2 writes fbc3e0000000000001, which dcbor refuses: a CBOR numeric value was encoded in non-canonical form
-18446744073709551616
  dcbor writes 3bffffffffffffffff, which cbor2 refuses: Invalid 65bit negative number: -18446744073709551616
  cbor2 writes fadf800000, which dcbor refuses: a CBOR numeric value was encoded in non-canonical form
SEEN

echo '{ "private": true }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts @blockchaincommons/dcbor@1.0.0-beta.1 cbor2@2.3.0
cat > look.mjs <<'JS'
import { bytesToHex, cbor, decodeCbor, encodeCbor } from "@blockchaincommons/dcbor";
import { dcborDecodeOptions, dcborEncodeOptions, decode, encode } from "cbor2";

function outcome(read) {
  try {
    read();
    return "reads";
  } catch (error) {
    return `refuses: ${error.message}`;
  }
}

for (const number of [-(2 ** 63), -(2 ** 63) - 2048, -(2 ** 64)]) {
  const official = encodeCbor(cbor(number));
  const other = encode(number, dcborEncodeOptions);
  console.log(String(BigInt(number)));
  const read = outcome(() => decode(official, dcborDecodeOptions));
  console.log(`  dcbor writes ${bytesToHex(official)}, which cbor2 ${read}`);
  console.log(`  cbor2 writes ${bytesToHex(other)}, which dcbor ${outcome(() => decodeCbor(other))}`);
}
JS
node look.mjs | tee now.txt
diff seen.txt now.txt
