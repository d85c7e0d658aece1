/** What the page tells about a message: a title, and a sentence or two for somebody who is not sure of anything. */
import type { Verdict } from "./exchange.ts";
import type { Recognised } from "./recognise.ts";
import { adviceFor, functionInWords, mayBeSentAgain, sizeInWords } from "./words.ts";

type Told = { readonly title: string; readonly text: string };
/** Neutral: only the device can tell. Again: nothing happened yet, and the same request may be sent once more. */
export type ToldVerdict = Told & {
  readonly kind: "good" | "neutral" | "bad" | "again";
  readonly code?: string;
};

/** About what was scanned. */
export function tellMessage(recognised: Recognised): Told {
  switch (recognised.kind) {
    case "sealed":
      return {
        title: "Your request is read, and sealed. Next: send it",
        text: `${sizeInWords(recognised.bytes)}. Only the server that it is sealed for can open it, so this page can’t show what it asks.`,
      };
    case "request":
      return {
        title: `Request read: ${functionInWords(recognised.name)}`,
        text: `${sizeInWords(recognised.bytes)}, not sealed: whoever sees it on the way can read it.`,
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

/** About the answer; the page itself can read the fewest. */
export function tellVerdict(verdict: Verdict): ToldVerdict {
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
