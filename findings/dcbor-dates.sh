#!/usr/bin/env bash
# npm @blockchaincommons/dcbor 1.0.0-beta.1 and npm cbor2 2.3.0 (its dCBOR options): a date (tag 1) that was read is not
# always the date that was written, and writing it again gives other bytes. Neither says so.
#
# dcbor, before 1970: CborDate writes the fraction of a second, and drops it when it reads its own bytes. The date moves
# by up to a second towards 1970. From 1970 on the fraction stays.
# cbor2: what is finer than a millisecond is gone after reading. The reference writes such dates: its "now plus a
# duration" has nanoseconds. dcbor keeps them.
# In a format that rests on digests, like Gordian Envelope, whoever reads and writes again has another document.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"

cat > seen.txt <<'SEEN'
a quarter of a second, before 1970: c1fbc1a231c37f800000
  dcbor reads 1965-03-01T12:00:01.000Z, writes c13a0918e1be
  cbor2 reads 1965-03-01T12:00:00.250Z, writes c1fbc1a231c37f800000
a quarter of a second, in 2024: c1fb41d9a1a0d3d00000
  dcbor reads 2024-07-04T11:11:11.250Z, writes c1fb41d9a1a0d3d00000
  cbor2 reads 2024-07-04T11:11:11.250Z, writes c1fb41d9a1a0d3d00000
a tenth of a millisecond, in 2024: c1fb41d9a1a0d3c001a3
  dcbor reads 2024-07-04T11:11:11.000Z, writes c1fb41d9a1a0d3c001a3
  cbor2 reads 2024-07-04T11:11:11.000Z, writes c11a6686834f
SEEN

echo '{ "private": true }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts @blockchaincommons/dcbor@1.0.0-beta.1 cbor2@2.3.0
cat > look.mjs <<'JS'
import { bytesToHex, CborDate, decodeCbor, encodeCbor, taggedValue } from "@blockchaincommons/dcbor";
import { dcborDecodeOptions, dcborEncodeOptions, decode, encode } from "cbor2";

const bytesOf = (date) => encodeCbor(date.taggedCbor());
const DATES = [
  ["a quarter of a second, before 1970", bytesOf(CborDate.fromDate(new Date("1965-03-01T12:00:00.250Z")))],
  ["a quarter of a second, in 2024", bytesOf(CborDate.fromDate(new Date("2024-07-04T11:11:11.250Z")))],
  ["a tenth of a millisecond, in 2024", encodeCbor(taggedValue(1, 1720091471.0001))],
];
for (const [name, written] of DATES) {
  const official = CborDate.fromTaggedCbor(decodeCbor(written));
  const other = decode(written, dcborDecodeOptions);
  console.log(`${name}: ${bytesToHex(written)}`);
  console.log(`  dcbor reads ${official.toDate().toISOString()}, writes ${bytesToHex(bytesOf(official))}`);
  console.log(`  cbor2 reads ${other.toISOString()}, writes ${bytesToHex(encode(other, dcborEncodeOptions))}`);
}
JS
node look.mjs | tee now.txt
diff seen.txt now.txt
