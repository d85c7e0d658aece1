/** What the page says about a scanned message and about the answer, to a user who is not sure of anything. */
import type { RefusalCode } from "@bc/share-protocol";
import type { Verdict } from "./exchange.ts";
import type { Recognised } from "./recognise.ts";

type MessageCopy = { readonly title: string; readonly text: string };
/** `neutral`: only the wallet can tell. `again`: nothing has happened yet, and the user may send the request again. */
export type VerdictCopy = MessageCopy & {
  readonly kind: "good" | "neutral" | "bad" | "again";
  readonly code?: string;
};

/** About what was scanned. */
export function messageCopy(recognised: Recognised): MessageCopy {
  switch (recognised.kind) {
    case "sealed":
      return {
        title: "Your request is read, and sealed. Next: send it",
        text: `${formatSize(recognised.bytes)}. Only the server that it is sealed for can open it, so this page can’t show what it asks.`,
      };
    case "request":
      return {
        title: `Request read: ${functionCopy(recognised.name)}`,
        text: `${formatSize(recognised.bytes)}, not sealed: whoever sees it on the way can read it.`,
      };
    case "answer":
      return { title: "That is an answer", text: "It is for your device. The server takes requests." };
    case "envelope":
      return { title: "That is no request", text: "It is an envelope, but it asks the server for nothing." };
    case "malformed":
      return {
        title: "That can’t be a request",
        text: "The code was read well, but what it holds is no envelope.",
      };
  }
}

/** About the answer. Most are sealed, and the page cannot read them. */
export function verdictCopy(verdict: Verdict): VerdictCopy {
  switch (verdict.kind) {
    case "sealed":
      return {
        kind: "neutral",
        title: "The answer is here. Your device will tell if it worked",
        text: "It is sealed for you: only your device can open it. Scan it now.",
      };
    case "done":
      return {
        kind: "good",
        title: "The server has done it",
        text: "Scan the answer: your device checks the signature.",
      };
    case "refused": {
      const advice = adviceFor(verdict.code);
      const text = verdict.text === "" ? "The server gave no reason." : `The server says: ${verdict.text}.`;
      return {
        kind: mayBeSentAgain(verdict.code) ? "again" : "bad",
        title: "The server did not do it",
        text: advice === undefined ? text : `${text} ${advice}`,
        code: verdict.code,
      };
    }
    case "not-genuine":
      return {
        kind: "bad",
        title: "This answer is not signed by the server above",
        text: "Do not trust it. Check the address of this page, and the network.",
      };
  }
}

const FUNCTIONS: ReadonlyMap<string, string> = new Map([
  ["storeShare", "Store a share"],
  ["retrieveShares", "Send the stored shares back"],
  ["getShares", "Send the stored shares back"],
  ["auditShares", "Prove that the stored shares are still there"],
  ["deleteShares", "Delete shares"],
  ["updateFallback", "Set the fallback contact"],
  ["updateRecovery", "Set the fallback contact"],
  ["retrieveFallback", "Tell the fallback contact"],
  ["getRecovery", "Tell the fallback contact"],
  ["fallbackTransfer", "Move the account to a new key"],
  ["startRecovery", "Move the account to a new key"],
  ["verifyFallback", "Confirm with a code"],
  ["finishRecovery", "Finish moving the account to a new key"],
  ["updatePublicKey", "Change the account’s key"],
  ["updateXIDDocument", "Change the account’s key"],
  ["deleteAccount", "Delete the account and all its shares"],
]);

/** What a function does. For an unknown function: its name, shortened. */
function functionCopy(name: string): string {
  return FUNCTIONS.get(name) ?? `“${name.slice(0, 40)}”`;
}

/** What to do about an error, when the server's own text leaves that open. */
const ADVICE: Partial<Record<RefusalCode, string>> = {
  malformed: "Part of the message was lost or changed on the way. Scan it again.",
  "too-complex": "The server does not take requests of so many pieces. Ask for less at a time.",
  "too-many-parts": "Send the request in fewer, larger parts.",
  "too-large": "The server does not take requests this large.",
  "rate-limited": "Wait as long as it says, or else a minute, then send the same request again.",
  unavailable: "The server’s store is down. Your request is not lost: send it again later.",
  "unknown-recipient":
    "This request is sealed for another server, or for keys that this one has replaced. Compare the picture and the words above with your device’s. If they are the same, show the server to your device again, and make a new request.",
  "wrong-recipient":
    "This request is meant for another server. Compare the picture and the words above with your device’s.",
  "missing-recipient": "The request must name this server. Show the server to your device first.",
  expired: "The request was made too long ago. Check your device’s clock, and make a new one.",
  "from-the-future": "The request’s date lies ahead. Check your device’s clock, and make a new one.",
  "id-reused": "Your device used this request’s ID before. Make a new request.",
  "unknown-account": "This server has no account for the key that signed the request.",
  "unknown-function": "This server does not know what the request asks for. Your device may be newer.",
  "bad-signature": "The signature does not fit the request. Make a new one.",
  internal: "Something went wrong in the server. Your request is not lost: send it again later.",
};

/** What to do about the error. Undefined when the error's own text says it all. */
function adviceFor(code: string): string | undefined {
  return Object.entries(ADVICE).find(([known]) => known === code)?.[1];
}

/** Errors that pass by themselves: the server has done nothing, and the request stays good. */
const PASSING: readonly RefusalCode[] = ["rate-limited", "unavailable", "internal"];

function mayBeSentAgain(code: string): boolean {
  return PASSING.some((passing) => passing === code);
}

/** `327 bytes`, `4.1 KB`. */
export function formatSize(bytes: number): string {
  return bytes < 1000 ? `${bytes} bytes` : `${(bytes / 1000).toFixed(1)} KB`;
}
