/**
 * The exchange page: show the server, scan a request, send it, show the answer.
 *
 * It is a courier: it holds no keys, keeps nothing, and talks to its own server only. About a message it says what
 * anybody can see from outside; about a sealed one it says that it is sealed.
 */
import type { Envelope } from "@bc/envelope";
import { bytewordsIdentifier } from "@bc/envelope";
import type { KnownServer, Transport } from "@bc/share-client";
import { ClientError, fetchInfo, fetchServer, LIFEHASH_SIZE, lifeHash } from "@bc/share-client";
import { documentToUR } from "@bc/share-protocol";
import { UR } from "#bc/ur";
import { messageCopy, type VerdictCopy, verdictCopy } from "./copy.ts";
import { elementNamed, setText } from "./dom.ts";
import { exchange } from "./exchange.ts";
import { createPlayer } from "./player.ts";
import { createPictureReader } from "./read-picture.ts";
import { createReader } from "./reader.ts";
import { recognise } from "./recognise.ts";
import { loadWordLists } from "./secrets/word-lists.ts";

const COMPARE =
  "Compare the picture and the words with what your device shows. If they differ, stop. First time? Show it to your device.";

const url = new URL(".", document.baseURI).href;
const read = createPictureReader("page/decoder.js");

const serverSection = elementNamed(document, "server", HTMLElement);
const requestSection = elementNamed(document, "request", HTMLElement);
const answerSection = elementNamed(document, "answer", HTMLElement);
const serverPlayer = createPlayer(serverSection);
const answerPlayer = createPlayer(answerSection);
const serverStatus = elementNamed(serverSection, "server-status", HTMLElement);
const retry = elementNamed(serverSection, "retry-server", HTMLButtonElement);
const showServer = elementNamed(serverSection, "show-server", HTMLButtonElement);
const serverCode = elementNamed(serverSection, "server-code", HTMLElement);
const reading = elementNamed(requestSection, "reading", HTMLElement);
const scanned = elementNamed(requestSection, "scanned", HTMLElement);
const send = elementNamed(requestSection, "send", HTMLButtonElement);
const actions = elementNamed(requestSection, "scanned-actions", HTMLElement);
const sendStatus = elementNamed(requestSection, "send-status", HTMLElement);
const answered = elementNamed(answerSection, "answered", HTMLElement);
const dropStatus = elementNamed(answered, "drop-status", HTMLElement);
const noAnswer = elementNamed(answerSection, "no-answer", HTMLElement);

let server: KnownServer | undefined;
let request: Envelope | undefined;
/** Aborts the sending of the request. */
let sending: AbortController | undefined;

// At once, so that the page can go on without a network.
const lists = loadWordLists("page/words.json");
const reader = createReader(requestSection, read, {
  lists,
  onMessage: showMessage,
  onUnasked: explainDrop,
});

function showMessage(ur: UR): void {
  const recognised = recognise(ur);
  const { title, text } = messageCopy(recognised);
  setRequest("envelope" in recognised ? recognised.envelope : undefined);
  setText(elementNamed(scanned, "scanned-title", HTMLElement), title);
  setText(elementNamed(scanned, "scanned-text", HTMLElement), text);
  setText(sendStatus, "");
  actions.hidden = false;
  reading.hidden = true;
  scanned.hidden = false;
  forgetAnswer();
  elementNamed(scanned, "scanned-title", HTMLElement).focus();
}

function setRequest(next: Envelope | undefined): void {
  sending?.abort();
  request = next;
  send.disabled = false;
  send.hidden = next === undefined;
}

/** A drop never replaces the message or the answer that the page shows. */
function explainDrop(): void {
  if (answered.hidden) {
    setText(
      sendStatus,
      "Not taken: a message is read already. Press “Scan another” first, then drop it again.",
    );
  } else {
    setText(dropStatus, "Not taken: the answer is still here. Scan it and start over, then drop it again.");
  }
}

async function carry(): Promise<void> {
  const sent = request;
  if (sent === undefined) return;
  sending = new AbortController();
  const transport = untilAborted(sending.signal);
  send.disabled = true;
  setText(sendStatus, "Sending …");
  try {
    server ??= await meetServer();
    const { answer, verdict } = await exchange({ url, transport }, server, sent);
    // Meanwhile the user may have begun with another request.
    if (request === sent) showAnswer(answer, verdictCopy(verdict));
  } catch (error) {
    const why = failure(error);
    if (request === sent) offerAgain(why);
  }
}

/** Without `AbortSignal.any`: some of the browsers that the page supports are older than it. */
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

function showAnswer(answer: Envelope, copy: VerdictCopy): void {
  if (copy.kind === "again") {
    offerAgain(`${copy.text} Error code: ${copy.code}`);
    return;
  }
  setText(sendStatus, "Sent.");
  setText(dropStatus, "");
  actions.hidden = true;
  showVerdict(copy);
  noAnswer.hidden = true;
  answered.hidden = false;
  answerPlayer.show(answer.ur(), "answer");
  elementNamed(answered, "verdict-title", HTMLElement).focus();
  answerSection.scrollIntoView();
}

function offerAgain(why: string): void {
  setText(sendStatus, why);
  send.disabled = false;
  // The button lost the focus when it was disabled.
  send.focus();
}

function failure(error: unknown): string {
  if (!(error instanceof ClientError)) throw error;
  return error.code === "unreachable"
    ? "The server can’t be reached. Your request is still here: check the network, and send it again. Nothing happens twice."
    : "Something else answered in the server’s place. Often it is a Wi-Fi sign-in page or a proxy: sign in, check the address of this page, and send it again.";
}

function showVerdict({ kind, title, text, code }: VerdictCopy): void {
  const box = elementNamed(answered, "verdict", HTMLElement);
  box.dataset["kind"] = kind;
  setText(elementNamed(box, "verdict-title", HTMLElement), title);
  setText(elementNamed(box, "verdict-text", HTMLElement), text);
  const codeLine = elementNamed(box, "verdict-code", HTMLElement);
  codeLine.hidden = code === undefined;
  setText(codeLine, code === undefined ? "" : `Error code: ${code}`);
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
  elementNamed(reading, "open-camera", HTMLButtonElement).focus();
}

/** Asks the server who it is, and shows that. @throws {ClientError} */
async function meetServer(): Promise<KnownServer> {
  const met = await fetchServer({ url });
  const { data } = met.xid;
  const picture = elementNamed(serverSection, "lifehash", HTMLCanvasElement);
  picture.getContext("2d")?.putImageData(new ImageData(lifeHash(data), LIFEHASH_SIZE), 0, 0);
  setText(elementNamed(serverSection, "words", HTMLElement), bytewordsIdentifier(data));
  setText(elementNamed(serverSection, "hex", HTMLElement), met.xid.hex().slice(0, 8));
  setText(elementNamed(serverSection, "full-hex", HTMLElement), met.xid.hex());
  setText(elementNamed(serverSection, "name", HTMLElement), `${await nameOf()}, at ${location.host}`);
  setText(serverStatus, COMPARE);
  elementNamed(serverSection, "identity", HTMLElement).hidden = showServer.hidden = false;
  retry.hidden = true;
  return met;
}

/** The server's own name for itself. It is unsigned, so it proves nothing. */
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
    setText(serverStatus, "The server does not say who it is. Check the network, and try again.");
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
elementNamed(requestSection, "again", HTMLButtonElement).addEventListener("click", startOver);
elementNamed(answerSection, "start-over", HTMLButtonElement).addEventListener("click", startOver);
elementNamed(document, "steps", HTMLElement).hidden = false;
void introduce();
