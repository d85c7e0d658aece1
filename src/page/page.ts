/**
 * The exchange page: show the server, scan a request, send it, show the answer.
 *
 * It is a courier. It holds no keys, keeps nothing, and talks to its own server only. What it says about a message is
 * what anyone can see from outside; what is sealed, it says, is sealed.
 */
import type { Envelope } from "@bc/envelope";
import { bytewordsIdentifier } from "@bc/envelope";
import type { KnownServer, Transport } from "@bc/share-client";
import { ClientError, fetchInfo, fetchServer } from "@bc/share-client";
import { documentToUR } from "@bc/share-protocol";
import { UR } from "#bc/ur";
import { exchange } from "./exchange.ts";
import { LIFEHASH_SIZE, lifeHash } from "./lifehash.ts";
import { part, say } from "./part.ts";
import { createPlayer } from "./player.ts";
import { createPictureReader } from "./read-picture.ts";
import { createReader } from "./reader.ts";
import { recognise } from "./recognise.ts";
import { type ToldVerdict, tellMessage, tellVerdict } from "./tell.ts";

const COMPARE =
  "Compare the picture and the words with what your device shows. If they differ, stop. First time? Show it to your device.";

const url = new URL(".", document.baseURI).href;
const read = createPictureReader("page/decoder.js");

const serverSection = part(document, "server", HTMLElement);
const requestSection = part(document, "request", HTMLElement);
const answerSection = part(document, "answer", HTMLElement);
const serverPlayer = createPlayer(serverSection);
const answerPlayer = createPlayer(answerSection);
const serverStatus = part(serverSection, "server-status", HTMLElement);
const retry = part(serverSection, "retry-server", HTMLButtonElement);
const showServer = part(serverSection, "show-server", HTMLButtonElement);
const serverCode = part(serverSection, "server-code", HTMLElement);
const reading = part(requestSection, "reading", HTMLElement);
const scanned = part(requestSection, "scanned", HTMLElement);
const send = part(requestSection, "send", HTMLButtonElement);
const actions = part(requestSection, "scanned-actions", HTMLElement);
const sendStatus = part(requestSection, "send-status", HTMLElement);
const answered = part(answerSection, "answered", HTMLElement);
const dropStatus = part(answered, "drop-status", HTMLElement);
const noAnswer = part(answerSection, "no-answer", HTMLElement);

let server: KnownServer | undefined;
let request: Envelope | undefined;
/** What is on its way to the server for it. */
let sending: AbortController | undefined;

const reader = createReader(requestSection, read, { onMessage: showMessage, onUnasked: explainDrop });

function showMessage(ur: UR): void {
  const recognised = recognise(ur);
  const { title, text } = tellMessage(recognised);
  setRequest("envelope" in recognised ? recognised.envelope : undefined);
  say(part(scanned, "scanned-title", HTMLElement), title);
  say(part(scanned, "scanned-text", HTMLElement), text);
  say(sendStatus, "");
  actions.hidden = false;
  reading.hidden = true;
  scanned.hidden = false;
  forgetAnswer();
  part(scanned, "scanned-title", HTMLElement).focus();
}

function setRequest(next: Envelope | undefined): void {
  sending?.abort();
  request = next;
  send.disabled = false;
  send.hidden = next === undefined;
}

/** What is on the page is never thrown away for something that fell on it. */
function explainDrop(): void {
  if (answered.hidden) {
    say(sendStatus, "Not taken: a message is read already. Press “Scan another” first, then drop it again.");
  } else {
    say(dropStatus, "Not taken: the answer is still here. Scan it and start over, then drop it again.");
  }
}

async function carry(): Promise<void> {
  const sent = request;
  if (sent === undefined) return;
  sending = new AbortController();
  const transport = untilAborted(sending.signal);
  send.disabled = true;
  say(sendStatus, "Sending …");
  try {
    server ??= await meetServer();
    const { answer, verdict } = await exchange({ url, transport }, server, sent);
    // Somebody who did not want to wait may have begun with another request.
    if (request === sent) showAnswer(answer, tellVerdict(verdict));
  } catch (error) {
    const why = failure(error);
    if (request === sent) offerAgain(why);
  }
}

/** Not by `AbortSignal.any`, which is younger than the browsers that the page is built for. */
function untilAborted(signal: AbortSignal): Transport {
  return (message) => {
    const attempt = new AbortController();
    for (const each of [signal, message.signal]) {
      if (each.aborted) attempt.abort();
      each.addEventListener("abort", () => attempt.abort());
    }
    return fetch(message, { signal: attempt.signal });
  };
}

function showAnswer(answer: Envelope, told: ToldVerdict): void {
  if (told.kind === "again") {
    offerAgain(`${told.text} Error code: ${told.code}`);
    return;
  }
  say(sendStatus, "Sent.");
  say(dropStatus, "");
  actions.hidden = true;
  showVerdict(told);
  noAnswer.hidden = true;
  answered.hidden = false;
  answerPlayer.show(answer.ur(), "answer");
  part(answered, "verdict-title", HTMLElement).focus();
  answerSection.scrollIntoView();
}

function offerAgain(why: string): void {
  say(sendStatus, why);
  send.disabled = false;
  // The focus is lost while the button can't be pressed.
  send.focus();
}

function failure(error: unknown): string {
  if (!(error instanceof ClientError)) throw error;
  return error.code === "unreachable"
    ? "The server can’t be reached. Your request is still here: check the network, and send it again. Nothing happens twice."
    : "Something else answered in the server’s place. Often it is a Wi-Fi sign-in page or a proxy: sign in, check the address of this page, and send it again.";
}

function showVerdict({ kind, title, text, code }: ToldVerdict): void {
  const box = part(answered, "verdict", HTMLElement);
  box.dataset["kind"] = kind;
  say(part(box, "verdict-title", HTMLElement), title);
  say(part(box, "verdict-text", HTMLElement), text);
  const codeLine = part(box, "verdict-code", HTMLElement);
  codeLine.hidden = code === undefined;
  say(codeLine, code === undefined ? "" : `Error code: ${code}`);
}

function forgetAnswer(): void {
  answerPlayer.clear();
  answered.hidden = true;
  noAnswer.hidden = false;
}

function startOver(): void {
  setRequest(undefined);
  reader.clear();
  forgetAnswer();
  scanned.hidden = true;
  reading.hidden = false;
  part(reading, "open-camera", HTMLButtonElement).focus();
}

/** Gets to know the server, and shows who it is. @throws {ClientError} */
async function meetServer(): Promise<KnownServer> {
  const met = await fetchServer({ url });
  const { data } = met.xid;
  const picture = part(serverSection, "lifehash", HTMLCanvasElement);
  picture.getContext("2d")?.putImageData(new ImageData(lifeHash(data), LIFEHASH_SIZE), 0, 0);
  say(part(serverSection, "words", HTMLElement), bytewordsIdentifier(data));
  say(part(serverSection, "hex", HTMLElement), met.xid.hex().slice(0, 8));
  say(part(serverSection, "full-hex", HTMLElement), met.xid.hex());
  say(part(serverSection, "name", HTMLElement), `${await nameOf()}, at ${location.host}`);
  say(serverStatus, COMPARE);
  part(serverSection, "identity", HTMLElement).hidden = showServer.hidden = false;
  retry.hidden = true;
  return met;
}

/** The server's own name for itself; not signed, and of no weight. */
async function nameOf(): Promise<string> {
  const info = await fetchInfo({ url });
  const isNamed = typeof info === "object" && info !== null && "name" in info;
  return isNamed && typeof info.name === "string" ? info.name : "A server";
}

async function introduce(): Promise<void> {
  try {
    server = await meetServer();
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    say(serverStatus, "The server does not say who it is. Check the network, and try again.");
    retry.hidden = false;
  }
}

retry.addEventListener("click", () => void introduce());
showServer.addEventListener("click", () => {
  serverCode.hidden = !serverCode.hidden;
  showServer.setAttribute("aria-expanded", String(!serverCode.hidden));
  showServer.textContent = serverCode.hidden ? "Show it to my device" : "Hide the code";
  if (serverCode.hidden || server === undefined) serverPlayer.clear();
  else serverPlayer.show(UR.parse(documentToUR(server.document)), "server");
});
send.addEventListener("click", () => void carry());
part(requestSection, "again", HTMLButtonElement).addEventListener("click", startOver);
part(answerSection, "start-over", HTMLButtonElement).addEventListener("click", startOver);
part(document, "steps", HTMLElement).hidden = false;
void introduce();
