/** What has gone wrong with a server, in words, and what there is to do about it. */
import { ClientError, isFinalRefusal, printable } from "@bc/share-client";
import { fill } from "../texts.ts";
import type { RecoverTexts } from "./languages/index.ts";

export type Failure = {
  readonly text: string;
  /**
   * `passing`: the page tries again by itself. `final`: nothing to be done here. `again`: the person may try. `contact`: only
   * another contact helps.
   */
  readonly remedy: "passing" | "again" | "contact" | "final";
};

/** Never asked again: what it is asked would go to somebody else. */
const IMPOSTORS: readonly string[] = ["wrong-server", "wrong-keys"];

/** @param url the server's address. */
export function failureOf(error: unknown, url: string, texts: RecoverTexts): Failure {
  const { failures } = texts;
  if (!(error instanceof ClientError)) {
    const text = error instanceof Error ? error.message : String(error);
    return { text: fill(failures.other, { text: printable(text) }), remedy: "again" };
  }
  const { code, refusal } = error;
  if (refusal !== undefined) {
    const text = refusalText(refusal, failures);
    if (refusal.code === "unsupported-fallback") return { text, remedy: "contact" };
    return { text, remedy: isFinalRefusal(error) ? "again" : "passing" };
  }
  if (code === "unreachable") {
    const isBlocked = location.protocol === "https:" && url.startsWith("http:");
    return isBlocked
      ? { text: failures.insecure, remedy: "final" }
      : { text: failures.unreachable, remedy: "passing" };
  }
  if (IMPOSTORS.includes(code)) return { text: known(code, failures) ?? error.message, remedy: "final" };
  return { text: failures["bad-answer"], remedy: "again" };
}

function refusalText(
  { code, text, retryAfter }: NonNullable<ClientError["refusal"]>,
  failures: RecoverTexts["failures"],
): string {
  if (code === "rate-limited") {
    return retryAfter === undefined
      ? failures["rate-limited-soon"]
      : fill(failures["rate-limited"], { date: dateText(retryAfter) });
  }
  return known(code, failures) ?? fill(failures.refused, { text: printable(text), code: printable(code) });
}

function known(code: string, failures: RecoverTexts["failures"]): string | undefined {
  return Object.entries(failures).find(([name]) => name === code)?.[1];
}

/** Date and time as the page's language writes them, with the time zone. */
export function dateText(date: Date): string {
  return new Intl.DateTimeFormat(document.documentElement.lang, {
    dateStyle: "long",
    timeStyle: "short",
  }).format(date);
}
