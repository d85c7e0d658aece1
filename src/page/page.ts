/**
 * The exchange page: show the server, scan a request, send it, show the answer.
 *
 * It is a courier: it holds no keys, keeps nothing, and talks to its own server only. About a message it says what
 * anybody can see from outside; about a sealed one it says that it is sealed.
 */
import type { Envelope } from "@bc/envelope";
import { bytewordsIdentifier } from "@bc/envelope";
import type { KnownServer, Transport } from "@bc/share-client";
import { ClientError, fetchServer, LIFEHASH_SIZE, lifeHash } from "@bc/share-client";
import { documentToUR } from "@bc/share-protocol";
import { UR } from "#bc/ur";
import { mayShowShare, messageCopy, type VerdictCopy, verdictCopy } from "./copy.ts";
import { elementNamed, setText } from "./dom.ts";
import { exchange } from "./exchange.ts";
import { type Note, showNote } from "./note.ts";
import { createPlayer } from "./player.ts";
import { createPictureReader } from "./read-picture.ts";
import { createReader } from "./reader.ts";
import { recognise, type Scanned } from "./recognise.ts";
import { loadWordLists } from "./secrets/word-lists.ts";
import { readInfo } from "./server-info.ts";
import { fill, formatDuration, formatSize, textsOfPage } from "./texts.ts";

const texts = textsOfPage();
const url = new URL(".", document.baseURI).href;
const read = createPictureReader("page/decoder.js");

const languages = elementNamed(document, "languages", HTMLElement);
const serverSection = elementNamed(document, "server", HTMLElement);
const requestSection = elementNamed(document, "request", HTMLElement);
const answerSection = elementNamed(document, "answer", HTMLElement);
const serverPlayer = createPlayer(serverSection, texts);
const answerPlayer = createPlayer(answerSection, texts);
const serverStatus = elementNamed(serverSection, "server-status", HTMLElement);
const clockNote = elementNamed(serverSection, "clock", HTMLElement);
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
const scannedTitle = elementNamed(scanned, "scanned-title", HTMLElement);
const notSealed = elementNamed(scanned, "not-sealed", HTMLElement);
const sure = elementNamed(answerSection, "sure", HTMLDialogElement);
const noAnswer = elementNamed(answerSection, "no-answer", HTMLElement);

let server: KnownServer | undefined;
/** Bytes of the largest request that the server takes, if it has said so. */
let largest = Number.POSITIVE_INFINITY;
/** By how many milliseconds this device's clock is ahead of the server's. */
let clockAhead = 0;
let request: Scanned | undefined;
/** Aborts the sending of the request. */
let sending: AbortController | undefined;

// At once, so that the page can go on without a network.
const lists = loadWordLists("page/words.json");
const reader = createReader(requestSection, read, {
  texts,
  lists,
  onMessage: showMessage,
  onUnasked: explainDrop,
});

function showMessage(ur: UR): void {
  const recognised = recognise(ur);
  const scannedRequest = "envelope" in recognised ? recognised : undefined;
  const isTooLarge = scannedRequest !== undefined && scannedRequest.bytes > largest;
  const { title, text } = messageCopy(texts, recognised);
  setRequest(isTooLarge ? undefined : scannedRequest);
  setText(scannedTitle, title);
  notSealed.hidden = !mayShowShare(texts, recognised);
  setText(elementNamed(scanned, "scanned-text", HTMLElement), text);
  noteSending(isTooLarge ? tooLarge(scannedRequest.bytes) : undefined);
  actions.hidden = false;
  // Another language is another page, which would know nothing of the message.
  reading.hidden = languages.hidden = true;
  scanned.hidden = false;
  forgetAnswer();
  scannedTitle.focus();
}

function tooLarge(bytes: number): Note {
  const sizes = { size: formatSize(bytes), limit: formatSize(largest) };
  return { kind: "bad", text: fill(texts.request.tooLarge, sizes) };
}

function noteSending(note?: Note): void {
  showNote(sendStatus, texts.kinds, note);
}

function setRequest(next: Scanned | undefined): void {
  sending?.abort();
  request = next;
  send.disabled = false;
  send.hidden = next === undefined;
}

/** A drop never replaces the message or the answer that the page shows. */
function explainDrop(): void {
  if (answered.hidden) {
    noteSending({ kind: "warning", text: texts.request.notTaken });
  } else {
    showNote(dropStatus, texts.kinds, { kind: "warning", text: texts.answer.notTaken });
  }
}

async function carry(): Promise<void> {
  const sent = request;
  if (sent === undefined) return;
  sending = new AbortController();
  const transport = untilAborted(sending.signal);
  send.disabled = true;
  noteSending({ kind: "info", text: texts.request.sending });
  try {
    server ??= await meetServer();
    const { answer, verdict } = await exchange({ url, transport }, server, sent.envelope);
    const { date } = "date" in sent ? sent : {};
    const ahead = date && date.getTime() - (Date.now() - clockAhead);
    // Meanwhile the user may have begun with another request.
    if (request === sent) showAnswer(answer, verdictCopy(texts, verdict, ahead));
  } catch (error) {
    const why = failure(error, sent.bytes);
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
    return fetchAndCompareClocks(message, { signal: attempt.signal });
  };
}

/** Each answer has the server's time, to the second. */
async function fetchAndCompareClocks(message: Request, options: RequestInit = {}): Promise<Response> {
  const response = await fetch(message, options);
  const time = Date.parse(response.headers.get("date") ?? "");
  if (!Number.isNaN(time)) clockAhead = Date.now() - time;
  return response;
}

function showAnswer(answer: Envelope, copy: VerdictCopy): void {
  if (copy.kind === "again") {
    offerAgain(`${copy.text} ${fill(texts.answer.code, { code: copy.code ?? "" })}`);
    return;
  }
  setText(scannedTitle, texts.request.sentTitle);
  noteSending({ kind: "good", text: texts.request.sent });
  showNote(dropStatus, texts.kinds);
  actions.hidden = notSealed.hidden = true;
  showVerdict(copy);
  noAnswer.hidden = true;
  answered.hidden = false;
  answerPlayer.show(answer.ur(), "answer");
  elementNamed(answered, "verdict-title", HTMLElement).focus();
  answerSection.scrollIntoView();
}

function offerAgain(why: string): void {
  noteSending({ kind: "bad", text: why });
  send.disabled = false;
  // The button lost the focus when it was disabled.
  send.focus();
}

/** Why it was not sent, or no answer came. */
function failure(error: unknown, bytes: number): string {
  if (!(error instanceof ClientError)) throw error;
  if (error.code === "too-large") return tooLarge(bytes).text;
  return error.code === "unreachable" ? texts.request.unreachable : texts.request.notTheServer;
}

function showVerdict({ kind, title, text, code }: VerdictCopy): void {
  const box = elementNamed(answered, "verdict", HTMLElement);
  box.dataset["kind"] = kind;
  setText(elementNamed(box, "verdict-title", HTMLElement), title);
  setText(elementNamed(box, "verdict-text", HTMLElement), text);
  const codeLine = elementNamed(box, "verdict-code", HTMLElement);
  codeLine.hidden = code === undefined;
  setText(codeLine, code === undefined ? "" : fill(texts.answer.code, { code }));
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
  reading.hidden = languages.hidden = false;
  elementNamed(reading, "open-camera", HTMLButtonElement).focus();
}

/** Asks the server who it is, and shows that. @throws {ClientError} */
async function meetServer(): Promise<KnownServer> {
  const met = await fetchServer({ url, transport: fetchAndCompareClocks });
  const { name = texts.server.nameless, ...info } = await readInfo({ url });
  largest = info.largest;
  const { data } = met.xid;
  const picture = elementNamed(serverSection, "lifehash", HTMLCanvasElement);
  picture.getContext("2d")?.putImageData(new ImageData(lifeHash(data), LIFEHASH_SIZE), 0, 0);
  setText(elementNamed(serverSection, "words", HTMLElement), bytewordsIdentifier(data));
  setText(elementNamed(serverSection, "hex", HTMLElement), met.xid.hex().slice(0, 8));
  setText(elementNamed(serverSection, "full-hex", HTMLElement), met.xid.hex());
  setText(
    elementNamed(serverSection, "name", HTMLElement),
    fill(texts.server.nameAt, { name, host: location.host }),
  );
  noteServer({ kind: "info", text: texts.server.compare });
  showNote(clockNote, texts.kinds, aboutClock());
  elementNamed(serverSection, "identity", HTMLElement).hidden = showServer.hidden = false;
  retry.hidden = true;
  return met;
}

/** Servers refuse requests that are dated further ahead than five minutes, unless their operators chose otherwise. */
const CLOCK_TOLERANCE = 300_000;

function aboutClock(): Note | undefined {
  if (Math.abs(clockAhead) <= CLOCK_TOLERANCE) return undefined;
  const { clockAhead: ahead, clockBehind: behind } = texts.server;
  const difference = formatDuration(clockAhead);
  return { kind: "warning", text: fill(clockAhead > 0 ? ahead : behind, { difference }) };
}

function noteServer(note: Note): void {
  showNote(serverStatus, texts.kinds, note);
}

async function introduce(): Promise<void> {
  try {
    server = await meetServer();
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    noteServer({ kind: "bad", text: texts.server.silent });
    retry.hidden = false;
  }
}

retry.addEventListener("click", () => void introduce());
showServer.addEventListener("click", () => {
  serverCode.hidden = !serverCode.hidden;
  showServer.setAttribute("aria-expanded", String(!serverCode.hidden));
  showServer.textContent = serverCode.hidden ? texts.server.show : texts.server.hide;
  if (serverCode.hidden || server === undefined) serverPlayer.clear();
  else serverPlayer.show(UR.parse(documentToUR(server.document)), "server");
});
send.addEventListener("click", () => void carry());
elementNamed(requestSection, "again", HTMLButtonElement).addEventListener("click", startOver);
elementNamed(answerSection, "start-over", HTMLButtonElement).addEventListener("click", () =>
  sure.showModal(),
);
elementNamed(sure, "keep", HTMLButtonElement).addEventListener("click", () => sure.close());
elementNamed(sure, "forget-answer", HTMLButtonElement).addEventListener("click", () => {
  sure.close();
  startOver();
});
elementNamed(document, "steps", HTMLElement).hidden = false;
void introduce();
