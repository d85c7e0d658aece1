#!/usr/bin/env bash
# npm lifehash 0.0.2 draws other pictures than the C++ it was ported from (pip electrumsv-bclifehash 1.0, which wraps
# it), for about one input in forty: same version of LifeHash, same input.
#
# LifeHash is there for people to recognise a key or a digest by its picture, so two programs have to draw the same one.
# Of the inputs SHA-256("0") to SHA-256("400") ten come out differently: three in other colours all over (50, 256, 321),
# seven in 4 to 12 of 1024 pixels (101, 122, 202, 212, 250, 341, 379). Six pictures are compared here.
# By the way: write_png_for_sha256_hash hashes what it is given once more, against its name; it corresponds to makeFrom
# in the npm package, not to makeFromDigest. And its wheel does not name libstdc++, which it needs and is loaded first.
# For Linux on x64, with a Python that the wheel is built for (run with 3.11).
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"

cat > seen.txt <<'SEEN'
0: 0 of 1024 pixels differ
50: 980 of 1024 pixels differ
100: 0 of 1024 pixels differ
101: 8 of 1024 pixels differ
255: 0 of 1024 pixels differ
256: 1008 of 1024 pixels differ
SEEN

echo '{ "private": true }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts lifehash@0.0.2
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check electrumsv-bclifehash==1.0 pillow==12.0.0

cat > draw.cjs <<'JS'
const { createHash } = require("node:crypto");
const { writeFileSync } = require("node:fs");
const { LifeHash, LifeHashVersion } = require("lifehash");

for (const name of process.argv.slice(2)) {
  const input = new Uint8Array(createHash("sha256").update(name).digest());
  const { colors } = LifeHash.makeFrom(input, LifeHashVersion.version2, 1, false);
  writeFileSync(`${name}.rgb`, Uint8Array.from(colors));
}
JS
cat > compare.py <<'PY'
import hashlib
import sys

import lifehash
from PIL import Image

for name in sys.argv[1:]:
    lifehash.write_png_for_sha256_hash(f"{name}.png", hashlib.sha256(name.encode()).digest())
    drawn = Image.open(f"{name}.png").convert("RGB").resize((32, 32), Image.NEAREST).tobytes()
    ported = open(f"{name}.rgb", "rb").read()
    pixels = range(0, len(drawn), 3)
    differing = sum(drawn[i : i + 3] != ported[i : i + 3] for i in pixels)
    print(f"{name}: {differing} of {len(pixels)} pixels differ")
PY
pictures="0 50 100 101 255 256"
node draw.cjs $pictures
LD_PRELOAD=libstdc++.so.6 python/bin/python compare.py $pictures | tee now.txt
diff seen.txt now.txt
