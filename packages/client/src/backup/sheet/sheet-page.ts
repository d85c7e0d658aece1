/** A recovery sheet as a page to print: one file of HTML with all its pictures. */
import { bytewordsIdentifier } from "@bc/envelope";
import { LIFEHASH_SIZE, lifeHash } from "../../lifehash.ts";
import { modulesOf } from "../../qr/frames.ts";
import { type RecoverySheet, type SheetPlace, sheetToEnvelope } from "./recovery-sheet.ts";
import { contactText, groupsOf, quorumSentence } from "./sheet-text.ts";

const STYLE = `
@page { size: A4; margin: 18mm; }
body { font: 11pt/1.4 sans-serif; color: #000; background: #fff; max-width: 174mm; margin: 0 auto; }
h1 { font-size: 18pt; margin: 0; }
h2 { font-size: 11pt; margin: 6mm 0 -4mm; break-after: avoid; }
ol { list-style: none; padding: 0; margin: 6mm 0; }
li { display: flex; gap: 6mm; align-items: center; padding: 3mm 0; border-top: 1px solid #000; break-inside: avoid; }
li img { width: 22mm; height: 22mm; image-rendering: pixelated; flex: none; }
li p { margin: 0; }
.address { font-weight: bold; overflow-wrap: anywhere; }
code { font: 8pt monospace; overflow-wrap: anywhere; }
figure { margin: 0; display: flex; gap: 6mm; align-items: flex-start; break-inside: avoid; }
figure svg { width: 70mm; height: 70mm; flex: none; }
figcaption code { display: block; margin-top: 2mm; font-size: 6pt; }
`;

/** A whole document. It loads nothing and runs nothing. */
export function recoverySheetPage(sheet: RecoverySheet): string {
  const { name, date, quorum, shareSets } = sheet;
  const sets = shareSets.map((id) => `, share set <b>${escaped(id)}</b>`).join("");
  const ur = sheetToEnvelope(sheet).urString();
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>Recovery sheet: ${escaped(name)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Recovery sheet</h1>
<p>Backup <b>${escaped(name)}</b>, ${escaped(date)}${sets}. ${escaped(quorumSentence(sheet)).replace(escaped(quorum), "<b>$&</b>")}</p>
${groupsOf(sheet).map(groupList).join("\n")}
<figure>
${codeOf(ur)}
<figcaption>
To get the secret back, on any device: <b>share recover</b> with this file, a picture of this code, or the addresses.
Each server sends a code to the contact that you named. The picture and the words of a server are those of its page.
This sheet holds no secret. Keep it where you find it when everything else is lost.
<code>${ur}</code>
</figcaption>
</figure>
</main>
</body>
</html>
`;
}

function groupList({ title, places }: ReturnType<typeof groupsOf>[number]): string {
  const heading = title === undefined ? "" : `<h2>${title}</h2>\n`;
  return `${heading}<ol>
${places.map(placeItem).join("\n")}
</ol>`;
}

function placeItem(place: SheetPlace): string {
  const { url, server } = place;
  return `<li>
<img alt="LifeHash of the server" src="${bitmap(lifeHash(server.data), LIFEHASH_SIZE)}">
<div>
<p class="address">${escaped(url)}</p>
<p>${bytewordsIdentifier(server.data)}<br><code>${server.hex()}</code></p>
<p>Contact: ${escaped(contactText(place))}</p>
</div>
</li>`;
}

/** A QR code as one path. */
function codeOf(ur: string): string {
  const modules = modulesOf(ur.toUpperCase());
  const path = modules.flatMap((row, y) =>
    row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])),
  );
  const size = modules.length;
  return `<svg role="img" aria-label="This sheet as a QR code" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges"><path d="${path.join("")}"/></svg>`;
}

const FILE_HEADER = 14;
const INFO_HEADER = 40;

/** A square picture as a BMP file, the plainest that every browser shows, in a `data:` URL. @param pixels RGBA. */
function bitmap(pixels: Uint8ClampedArray, side: number): string {
  const start = FILE_HEADER + INFO_HEADER;
  const bytes = new Uint8Array(start + side * side * 4);
  const view = new DataView(bytes.buffer);
  bytes.set([0x42, 0x4d]); // BM
  view.setUint32(2, bytes.length, true);
  view.setUint32(10, start, true);
  view.setUint32(FILE_HEADER, INFO_HEADER, true);
  view.setInt32(FILE_HEADER + 4, side, true);
  view.setInt32(FILE_HEADER + 8, -side, true); // From the top down.
  view.setUint16(FILE_HEADER + 12, 1, true);
  view.setUint16(FILE_HEADER + 14, 32, true);
  for (let i = 0; i < pixels.length; i += 4) {
    bytes.set([pixels[i + 2] ?? 0, pixels[i + 1] ?? 0, pixels[i] ?? 0, 0], start + i);
  }
  return `data:image/bmp;base64,${btoa(String.fromCharCode(...bytes))}`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
