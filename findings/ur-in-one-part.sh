#!/usr/bin/env bash
# npm @blockchaincommons/uniform-resources 1.0.0-beta.1 and npm @ngraveio/bc-ur 1.1.13: a message that fits in one part
# of a multi-part UR is written in two ways.
#
# The official encoder writes part 1 of 1, with a header and a checksum of its own: 24 letters more than the plain UR.
# The official UR.parse refuses that text; only MultipartDecoder takes it. @ngraveio/bc-ur writes the plain UR, and
# reads both. So whoever shows a short message with the official encoder shows a code that a reader of single codes does
# not take.
# They also differ in how small a part may be: @ngraveio/bc-ur throws below 10 bytes, the official one cuts as told.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"

cat > seen.txt <<'SEEN'
official writes ur:test/1-1/lpadadaacyjygoneswfylsadaoaxlntsdago
  official UR.parse: throws NotSinglePart
  official MultipartDecoder: yes
  ngrave URDecoder: yes
ngrave writes ur:test/lsadaoaxjygonesw
  official UR.parse: yes
  official MultipartDecoder: yes
  ngrave URDecoder: yes
parts of 9 bytes: official yes
parts of 9 bytes: ngrave throws ERR_ASSERTION
SEEN

echo '{ "private": true }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts @blockchaincommons/uniform-resources@1.0.0-beta.1 \
  @ngraveio/bc-ur@1.1.13
cat > look.mjs <<'JS'
import { cbor } from "@blockchaincommons/dcbor";
import { MultipartDecoder, MultipartEncoder, UR } from "@blockchaincommons/uniform-resources";
import ngrave from "@ngraveio/bc-ur";

const message = UR.from("test", cbor([1, 2, 3]));
const theirs = new ngrave.UR(Buffer.from(message.cbor.toData()), "test");

function outcome(action) {
  try {
    return action() ? "yes" : "no";
  } catch (error) {
    return `throws ${error.code}`;
  }
}

const official = new MultipartEncoder(message, 100).nextPart();
const other = new ngrave.UREncoder(theirs, 100).nextPart();
for (const [name, text] of [["official", official], ["ngrave", other]]) {
  console.log(`${name} writes ${text}`);
  console.log(`  official UR.parse: ${outcome(() => UR.parse(text).equals(message))}`);
  console.log(`  official MultipartDecoder: ${outcome(() => new MultipartDecoder().add(text))}`);
  console.log(`  ngrave URDecoder: ${outcome(() => new ngrave.URDecoder().receivePart(text))}`);
}
console.log(`parts of 9 bytes: official ${outcome(() => new MultipartEncoder(message, 9).nextPart())}`);
console.log(`parts of 9 bytes: ngrave ${outcome(() => new ngrave.UREncoder(theirs, 9).nextPart())}`);
JS
node look.mjs | tee now.txt
diff seen.txt now.txt
