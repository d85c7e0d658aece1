/** The UR in a text that was typed, or that a file holds. */
import { type Collected, createCollector, type Progress } from "@bc/share-client";
import type { UR } from "#bc/ur";
import { Failure } from "./failure.ts";

type Missing = Exclude<Collected, { readonly kind: "complete" }>;

/**
 * @param types of UR to look for, such as `envelope`.
 * @param where the text is, and what it should hold, for the error.
 * @throws {Failure} `usage` when the text holds none, only a part of one, or several that differ.
 */
export function urIn(
  text: string,
  types: readonly string[],
  { where, what }: { readonly where: string; readonly what: string },
): UR {
  const collected = createCollector(...types).add(text);
  if (collected.kind === "complete") return collected.ur;
  throw new Failure("usage", `${where} ${problem(collected, types, what)}`);
}

/** The same, for what may be something else. */
export function findUR(text: string, ...types: readonly string[]): UR | undefined {
  const collected = createCollector(...types).add(text);
  return collected.kind === "complete" ? collected.ur : undefined;
}

function problem(missing: Missing, types: readonly string[], what: string): string {
  const wanted = wantedTypes(types);
  switch (missing.kind) {
    case "part": {
      const damaged = missing.damaged === 0 ? "" : `, ${missing.damaged} damaged`;
      return `holds a part of a message only: ${partsKnown(missing.progress)}${damaged}`;
    }
    case "several":
      return "holds different messages; give one of them";
    case "other-type":
      return `holds ur:${missing.type}, not ${wanted}`;
    case "too-large":
      return "holds a message of too many parts";
    case "damaged":
      return `holds ${wanted}, but something is missing or changed: its checksum is wrong`;
    case "not-a-ur":
      return `holds no ${what}`;
  }
}

/** `ur:envelope or ur:xid` */
export function wantedTypes(types: readonly string[]): string {
  return types.map((type) => `ur:${type}`).join(" or ");
}

/** `2 of 3 parts` */
export function partsKnown({ known, total }: Progress): string {
  return `${known} of ${total} parts`;
}
