#!/usr/bin/env bash
# npm qr 0.7.0: whether its decoder reads a code depends on the angle in a way that no camera's user expects.
#
# Ten codes of 160 letters, drawn sharp, 480 pixels a side, each turned by another few degrees and seen from below in
# true perspective: at its bottom edge a code is larger than at its top edge. The decoder reads them where the
# perspective is slight, and where it is strong; between the two it misses most. Of the same codes in light on dark it
# reads none where the perspective is strong, and mirrored ones (which ISO/IEC 18004 lets a reader recognise) never. It
# had all the time it wanted. The same pixels inverted, or mirrored back, it reads.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"

cat > seen.txt <<'SEEN'
tilted 0: 10 of 10, light on dark 10, mirrored 0
tilted 0.1: 9 of 10, light on dark 9, mirrored 0
tilted 0.15: 7 of 10, light on dark 7, mirrored 0
tilted 0.2: 3 of 10, light on dark 3, mirrored 0
tilted 0.25: 10 of 10, light on dark 0, mirrored 0
tilted 0.3: 10 of 10, light on dark 0, mirrored 0
tilted 0.4: 10 of 10, light on dark 0, mirrored 0
SEEN

echo '{ "private": true, "type": "module" }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts qr@0.7.0
cat > look.mjs <<'JS'
import encodeQR from "qr";
import decodeQR from "qr/decode.js";

const SIDE = 480;

function draw(text, { turned, tilted, isInverted = false, isMirrored = false }) {
  const modules = encodeQR(text, "raw", { ecc: "low", border: 4 });
  const count = modules.length;
  const scale = count / (SIDE * 0.8);
  const data = new Uint8Array(SIDE * SIDE * 4).fill(255);
  const [cos, sin] = [Math.cos((turned * Math.PI) / 180), Math.sin((turned * Math.PI) / 180)];
  for (let y = 0, at = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++, at += 4) {
      const [dx, dy] = [(x - SIDE / 2) * scale, (y - SIDE / 2) * scale];
      const far = 1 / (1 + (tilted * dy) / count);
      const column = Math.floor((dx * cos + dy * sin) * far + count / 2);
      const row = Math.floor((dy * cos - dx * sin) * far + count / 2);
      const isDark = modules[row]?.[isMirrored ? count - 1 - column : column];
      data.fill(isDark === undefined ? 128 : isDark === isInverted ? 215 : 45, at, at + 3);
    }
  }
  return { width: SIDE, height: SIDE, data };
}

function countRead(drawing) {
  let count = 0;
  for (let i = 0; i < 10; i++) {
    const text = `HTTPS://EXAMPLE.COM/${"ABCDEFGHIJ".repeat(14)}${i}`;
    try {
      const options = { effort: Number.POSITIVE_INFINITY, timeLimit: 60_000 };
      if (decodeQR(draw(text, { turned: i * 1.3 - 6, ...drawing }), options) === text) count += 1;
    } catch {}
  }
  return count;
}

for (const tilted of [0, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4]) {
  const [plain, inverted, mirrored] = [{}, { isInverted: true }, { isMirrored: true }].map((style) =>
    countRead({ tilted, ...style }),
  );
  console.log(`tilted ${tilted}: ${plain} of 10, light on dark ${inverted}, mirrored ${mirrored}`);
}
JS
node look.mjs | tee now.txt
diff seen.txt now.txt
