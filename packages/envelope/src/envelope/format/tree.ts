/** Tree form, for looking into an envelope: a line an element, with the start of its digest. */
import type { Element } from "../element.ts";
import { type Envelope, elementOf } from "../envelope.ts";
import { knownValueSummary, summarize } from "./summary.ts";

/** Characters of text shown of a leaf. */
const TEXT_LENGTH = 40;

/** Lines such as `8955db5e subj "Alice"`, 4 spaces a level. */
export function treeNotation(envelope: Envelope): string {
  return linesOf(elementOf(envelope), 0, "").join("\n");
}

function linesOf(element: Element, level: number, edge: string): readonly string[] {
  const parts = [element.digest.hex().slice(0, 8), edge, summaryOf(element)].filter((part) => part !== "");
  const below = edgesOf(element).flatMap(([name, child]) => linesOf(child, level + 1, name));
  return ["    ".repeat(level) + parts.join(" "), ...below];
}

function edgesOf(element: Element): readonly (readonly [edge: string, child: Element])[] {
  switch (element.kind) {
    case "node":
      return [["subj", element.subject], ...element.assertions.map((item) => ["", item] as const)];
    case "assertion":
      return [
        ["pred", element.predicate],
        ["obj", element.object],
      ];
    case "wrapped":
      return [["cont", element.content]];
    default:
      return [];
  }
}

function summaryOf(element: Element): string {
  if (element.kind === "leaf") return summarize(element.cbor, TEXT_LENGTH);
  return element.kind === "knownValue" ? knownValueSummary(element.value) : element.kind.toUpperCase();
}
