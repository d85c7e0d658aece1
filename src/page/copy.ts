/** What the page says about a scanned message and about the answer, to a user who is not sure of anything. */
import type { RefusalCode } from "@bc/share-protocol";
import type { Verdict } from "./exchange.ts";
import type { Texts } from "./languages/index.ts";
import type { Recognised } from "./recognise.ts";
import { fill, formatDuration, formatSize } from "./texts.ts";

type MessageCopy = { readonly title: string; readonly text: string };
/** `neutral`: only the wallet can tell. `again`: nothing has happened yet, and the user may send the request again. */
export type VerdictCopy = MessageCopy & {
  readonly kind: "good" | "neutral" | "bad" | "again";
  readonly code?: string;
};

/** About what was scanned. */
export function messageCopy({ request, functions }: Texts, recognised: Recognised): MessageCopy {
  switch (recognised.kind) {
    case "sealed": {
      const size = formatSize(recognised.bytes);
      return { title: request.sealedTitle, text: fill(request.sealed, { size }) };
    }
    case "request": {
      const size = formatSize(recognised.bytes);
      const name = textFor(functions, recognised.name) ?? `“${recognised.name.slice(0, 40)}”`;
      return {
        title: fill(request.plainTitle, { function: name }),
        text: fill(request.plain, { size }),
      };
    }
    case "answer":
      return { title: request.answerTitle, text: request.answer };
    case "envelope":
      return { title: request.envelopeTitle, text: request.envelope };
    case "malformed":
      return { title: request.malformedTitle, text: request.malformed };
  }
}

/** Whether there may be a share in sight of everyone who sees the message: in a function that the page knows not, too. */
export function mayShowShare({ functions }: Texts, recognised: Recognised): boolean {
  if (recognised.kind !== "request") return false;
  return recognised.name === "storeShare" || textFor(functions, recognised.name) === undefined;
}

/**
 * About the answer. Most are sealed, and the page cannot read them.
 *
 * @param ahead by how many milliseconds the request's date is ahead of the server's clock, if both are known.
 */
export function verdictCopy({ answer, advice }: Texts, verdict: Verdict, ahead?: number): VerdictCopy {
  switch (verdict.kind) {
    case "sealed":
      return { kind: "neutral", title: answer.sealedTitle, text: answer.sealed };
    case "done":
      return { kind: "good", title: answer.doneTitle, text: answer.done };
    case "refused": {
      const { code } = verdict;
      const said = verdict.text === "" ? answer.noReason : fill(answer.refused, { text: verdict.text });
      const isAboutDate = code === "expired" || code === "from-the-future";
      const dated = isAboutDate && ahead !== undefined ? datedCopy(answer, ahead) : undefined;
      const text = [said, dated, textFor(advice, code)].filter((part) => part !== undefined).join(" ");
      return { kind: mayBeSentAgain(code) ? "again" : "bad", title: answer.refusedTitle, text, code };
    }
    case "not-genuine":
      return { kind: "bad", title: answer.forgedTitle, text: answer.forged };
  }
}

function datedCopy({ datedAhead, datedAgo }: Texts["answer"], ahead: number): string {
  return fill(ahead > 0 ? datedAhead : datedAgo, { difference: formatDuration(ahead) });
}

/** Names and codes come from others, so none may reach what every object has. */
function textFor(texts: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.entries(texts).find(([own]) => own === name)?.[1];
}

/** Errors that pass by themselves: the server has done nothing, and the request stays good. */
const PASSING: readonly RefusalCode[] = ["rate-limited", "unavailable", "internal"];

function mayBeSentAgain(code: string): boolean {
  return PASSING.some((passing) => passing === code);
}
