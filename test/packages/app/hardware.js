/**
 * A device's camera and screen, held against the exchange page: what the device draws the page reads, posts to the
 * server, and shows the answer to.
 */
import { createCollector, Envelope, FRAGMENT_SIZES, framesOf } from "@bc/share-client";
import decodeQR from "qr/decode.js";

const { SHARE_URL } = process.env;
const SCALE = 4;

const collector = createCollector("envelope");
let request;

export function draw(modules) {
  const seen = collector.add(decodeQR(pictureOf(modules)));
  if (seen.kind === "complete") request = seen.ur.toString();
}

/** First the server's XID document, then the frames of its answer. */
export async function* scan() {
  if (request === undefined) {
    const response = await fetch(SHARE_URL, { headers: { accept: "text/plain" } });
    yield await response.text();
    return;
  }
  const headers = { "content-type": "text/plain", accept: "text/plain" };
  const response = await fetch(SHARE_URL, { method: "POST", headers, body: request });
  const frames = framesOf(Envelope.fromURString(await response.text()).ur(), FRAGMENT_SIZES.medium);
  while (true) yield frames.next();
}

function pictureOf(modules) {
  const side = modules.length * SCALE;
  const data = new Uint8Array(side * side * 4).fill(255);
  for (let i = 0; i < side * side; i++) {
    const [x, y] = [Math.floor((i % side) / SCALE), Math.floor(i / side / SCALE)];
    if (modules[y][x]) data.fill(0, i * 4, i * 4 + 3);
  }
  return { width: side, height: side, data };
}
