/**
 * A wallet for trying the page with, and for tests. It plays the offline device.
 *
 * Its keys live only in this page's memory. It asks the server only who it is: its requests leave as QR codes, and the
 * answers come back as QR codes.
 */
import { Envelope, PrivateKeys } from "@bc/envelope";
import {
  type BuiltRequest,
  buildRequest,
  ClientError,
  fetchServer,
  type KnownServer,
  openAnswer,
  readResult,
} from "@bc/share-client";
import type { Call } from "@bc/share-protocol";
import { identityOf } from "@bc/share-protocol";
import type { UR } from "#bc/ur";
import { elementNamed, setText } from "./dom.ts";
import { createPlayer } from "./player.ts";
import { createPictureReader } from "./read-picture.ts";
import { createReader } from "./reader.ts";
import { loadWordLists } from "./secrets/word-lists.ts";
import { textsOfPage } from "./texts.ts";

type DemoCall = Call<"storeShare" | "retrieveShares" | "deleteAccount">;

const texts = textsOfPage();
const identity = identityOf(PrivateKeys.generate());
const what = elementNamed(document, "what", HTMLSelectElement);
const share = elementNamed(document, "share", HTMLTextAreaElement);
const sealed = elementNamed(document, "sealed", HTMLInputElement);
const status = elementNamed(document, "wallet-status", HTMLElement);
const build = elementNamed(document, "build", HTMLButtonElement);
const player = createPlayer(elementNamed(document, "made", HTMLElement), texts);

let server: KnownServer | undefined;
let asked: { readonly call: DemoCall; readonly built: BuiltRequest } | undefined;

function callFromForm(): DemoCall {
  switch (what.value) {
    case "retrieveShares":
      return { name: "retrieveShares", parameters: { receipts: [] } };
    case "deleteAccount":
      return { name: "deleteAccount", parameters: {} };
    default:
      return { name: "storeShare", parameters: { data: new TextEncoder().encode(share.value) } };
  }
}

async function makeRequest(): Promise<void> {
  if (server === undefined) return;
  const call = callFromForm();
  const built = await buildRequest(call, identity, server, { date: new Date(), sealed: sealed.checked });
  asked = { call, built };
  elementNamed(document, "made", HTMLElement).hidden = false;
  player.show(built.envelope.ur(), "request");
}

/** What the answer says, in words. @throws {ClientError} */
async function open(answer: Envelope): Promise<string> {
  if (server === undefined || asked === undefined) return "Make a request first.";
  const { call, built } = asked;
  const opened = await openAnswer(answer, { id: built.id, identity, server });
  switch (call.name) {
    case "storeShare":
      return `Stored. Receipt ${readResult(call, opened, identity.xid).hex()}`;
    case "retrieveShares":
      return readResult(call, opened, identity.xid)
        .map(({ data }) => new TextDecoder().decode(data))
        .join("\n");
    case "deleteAccount":
      readResult(call, opened, identity.xid);
      return "Deleted.";
  }
}

async function onMessage(ur: UR): Promise<void> {
  const box = elementNamed(document, "opened", HTMLElement);
  let [kind, title, text] = ["good", "Opened", ""];
  try {
    text = await open(Envelope.fromURString(ur.toString(), { strict: true }));
  } catch (error) {
    [kind, title] = ["bad", "The wallet does not take this answer"];
    text =
      error instanceof ClientError ? `${error.refusal?.code ?? error.code}: ${error.message}` : String(error);
  }
  box.dataset["kind"] = kind;
  setText(elementNamed(box, "opened-title", HTMLElement), title);
  setText(elementNamed(box, "opened-text", HTMLElement), text);
  box.hidden = false;
  elementNamed(box, "opened-title", HTMLElement).focus();
}

createReader(elementNamed(document, "opening", HTMLElement), createPictureReader("page/decoder.js"), {
  texts,
  lists: loadWordLists("page/words.json"),
  onMessage,
});

elementNamed(document, "make", HTMLFormElement).addEventListener("submit", (event) => {
  event.preventDefault();
  void makeRequest();
});

async function meetServer(): Promise<void> {
  try {
    server = await fetchServer({ url: new URL(".", document.baseURI).href });
    build.disabled = false;
    setText(status, "Ready. This wallet knows the server, and needs the network no more.");
  } catch (error) {
    setText(status, `The server can’t be reached: ${error instanceof Error ? error.message : error}`);
  }
}

void meetServer();
