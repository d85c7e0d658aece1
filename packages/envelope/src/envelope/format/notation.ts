/**
 * Envelope notation, on several lines or one.
 *
 * Spec: draft-mcnally-envelope, "Envelope Notation"; the layout and order are the reference's.
 *
 * Flow: element → tokens (nested) → flat token list → text. Assertions are not shown in digest order but
 * sorted by their tokens: types first, then the rest, then the obscured ones as counters.
 */
import { asTaggedValue, type Cbor } from "#bc/dcbor";
import { TAG_ENVELOPE } from "#bc/tags";
import { compareBytes } from "../../keys/index.ts";
import { type Element, innermostSubject } from "../element.ts";
import { Envelope, elementOf } from "../envelope.ts";
import { IS_A } from "../known-values.ts";
import { knownValueSummary, summarize } from "./summary.ts";

type Token =
  | { readonly kind: "begin" | "end" | "text"; readonly text: string }
  | { readonly kind: "separator" }
  | { readonly kind: "list"; readonly items: readonly Token[] };
type FlatToken = Exclude<Token, { kind: "list" }>;

/** Envelope notation: several lines, 4 spaces a level, no line break at the end. */
export function notation(envelope: Envelope): string {
  return layOut(joinBrackets(flatten(tokensOf(elementOf(envelope))))).trim();
}

/** Envelope notation on one line. */
export function flatNotation(envelope: Envelope): string {
  return layOutFlat(flatten(tokensOf(elementOf(envelope)))).trim();
}

const text = (value: string): Token => ({ kind: "text", text: value });
const begin = (value: string): FlatToken => ({ kind: "begin", text: value });
const end = (value: string): FlatToken => ({ kind: "end", text: value });

function tokensOf(element: Element): Token {
  switch (element.kind) {
    case "leaf":
      return leafToken(element.cbor);
    case "knownValue":
      return text(knownValueSummary(element.value));
    case "wrapped":
      return { kind: "list", items: [begin("{"), tokensOf(element.content), end("}")] };
    case "assertion":
      return { kind: "list", items: [tokensOf(element.predicate), text(": "), tokensOf(element.object)] };
    case "node":
      return { kind: "list", items: nodeTokens(element) };
    default:
      return text(element.kind.toUpperCase());
  }
}

/** A leaf that holds an envelope, tag and all, is shown as that envelope. */
function leafToken(value: Cbor): Token {
  if (asTaggedValue(value)?.[0].value !== TAG_ENVELOPE.value) return text(summarize(value));
  try {
    return tokensOf(elementOf(Envelope.fromCbor(value)));
  } catch {
    return text("<error>");
  }
}

function nodeTokens({ subject, assertions }: Extract<Element, { kind: "node" }>): readonly Token[] {
  const inBraces = innermostSubject(subject).kind === "assertion";
  const subjectToken = tokensOf(subject);
  const shown = assertionTokens(assertions).flatMap((token, i): readonly Token[] => {
    return i === 0 ? [token] : [{ kind: "separator" }, token];
  });
  return [
    ...(inBraces ? [begin("{"), subjectToken, end("}")] : [subjectToken]),
    begin("["),
    ...shown,
    end("]"),
  ];
}

function isType(item: Element): boolean {
  const inner = innermostSubject(item);
  const predicate = inner.kind === "assertion" ? innermostSubject(inner.predicate) : undefined;
  return predicate?.kind === "knownValue" && predicate.value === IS_A.value;
}

function assertionTokens(assertions: readonly Element[]): readonly Token[] {
  const plain = assertions.filter(({ kind }) => !OBSCURED.includes(kind));
  const types = plain.filter(isType).map(tokensOf).sort(compareTokens);
  const others = plain
    .filter((item) => !isType(item))
    .map(tokensOf)
    .sort(compareTokens);
  const counters = OBSCURED.flatMap((kind): readonly Token[] => {
    const count = assertions.filter((item) => item.kind === kind).length;
    if (count === 0) return [];
    return [text(kind.toUpperCase() + (count > 1 ? ` (${count})` : ""))];
  });
  return [...types, ...others, ...counters];
}

/** In the order in which the counters are shown. */
const OBSCURED: readonly Element["kind"][] = ["compressed", "elided", "encrypted"];

const RANKS: Record<Token["kind"], number> = { begin: 1, end: 2, text: 3, separator: 4, list: 5 };

function compareTokens(a: Token, b: Token): number {
  if (a.kind === "list" && b.kind === "list") return compareLists(a.items, b.items);
  if ("text" in a && "text" in b && a.kind === b.kind) return compareText(a.text, b.text);
  return RANKS[a.kind] - RANKS[b.kind];
}

function compareLists(a: readonly Token[], b: readonly Token[]): number {
  for (const [i, left] of a.entries()) {
    const right = b[i];
    if (right === undefined) return 1;
    const order = compareTokens(left, right);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** By UTF-8 bytes, as the reference compares; JavaScript's own order is by UTF-16 units. */
function compareText(a: string, b: string): number {
  const encoder = new TextEncoder();
  return compareBytes(encoder.encode(a), encoder.encode(b));
}

function flatten(token: Token): readonly FlatToken[] {
  return token.kind === "list" ? token.items.flatMap(flatten) : [token];
}

/** `}` directly before `[` becomes one token, so that both stand on one line. */
function joinBrackets(tokens: readonly FlatToken[]): readonly FlatToken[] {
  return tokens.flatMap((token, i): readonly FlatToken[] => {
    const next = tokens[i + 1];
    const previous = tokens[i - 1];
    if (token.kind === "end" && next?.kind === "begin") return [end(`${token.text} ${next.text}`)];
    if (token.kind === "begin" && previous?.kind === "end") return [begin("")];
    return [token];
  });
}

function layOut(tokens: readonly FlatToken[]): string {
  const lines: string[] = [];
  let level = 0;
  let line = "";
  const push = (content: string) => lines.push("    ".repeat(level) + content);
  for (const token of tokens) {
    if (token.kind === "text") {
      line += token.text;
      continue;
    }
    if (token.kind === "begin") {
      if (token.text !== "") push(line === "" ? token.text : `${line.trimEnd()} ${token.text}`);
      level += 1;
    } else {
      if (line !== "") push(line);
      if (token.kind === "end") {
        level -= 1;
        push(token.text);
      }
    }
    line = "";
  }
  if (line !== "") push(line);
  return lines.join("\n");
}

function layOutFlat(tokens: readonly FlatToken[]): string {
  let line = "";
  for (const token of tokens) {
    if (token.kind === "text") line += token.text;
    else if (token.kind === "separator") line = `${line.trimEnd()}, `;
    else line += `${line.endsWith(" ") ? "" : " "}${token.text} `;
  }
  return line;
}
