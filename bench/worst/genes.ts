/** Which requests a search tries first, how it changes them, and what they are called. */
import { CONTENTS, type ContentKind } from "./content.ts";
import { type Gene, PLACES, type Place } from "./requests.ts";

const KINDS = Object.keys(CONTENTS) as readonly ContentKind[];
const PLACE_NAMES = Object.keys(PLACES) as readonly Place[];
const CARRIERS = ["cbor", "ur", "parts", "mixed parts"] as const;

/** Every kind of content in every place, and every way to travel, sealed and not. */
export function seeds(): readonly Gene[] {
  const plain = { depth: 1, sealed: false, carried: "cbor", partSize: 100, filling: 0 } as const;
  const filled = KINDS.flatMap((kind) => PLACE_NAMES.map((place) => ({ ...plain, kind, place })));
  const carried = CARRIERS.map(
    (carrier) => ({ ...plain, kind: "bytes", place: "in the note", carried: carrier }) as const,
  );
  const genes: readonly Gene[] = [{ ...plain, kind: "receipts", place: "alone" }, ...carried, ...filled];
  return genes.flatMap((gene) => [gene, { ...gene, sealed: true }]);
}

/** Another one, which differs in one word. */
export function changed(gene: Gene): Gene {
  switch (Math.floor(Math.random() * 7)) {
    case 0:
      return { ...gene, kind: pick(KINDS) };
    case 1:
      return { ...gene, place: pick(PLACE_NAMES) };
    case 2:
      return { ...gene, depth: pick([1, 2, 3, 5, 8, 13, 20, 50]) };
    case 3:
      return { ...gene, sealed: !gene.sealed };
    case 4:
      return { ...gene, carried: pick(CARRIERS) };
    case 5:
      return { ...gene, filling: pick([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]) };
    default:
      return { ...gene, partSize: pick([10, 20, 50, 100, 300]) };
  }
}

export function pick<T>(from: readonly T[]): T {
  return from[Math.floor(Math.random() * from.length)] as T;
}

export function nameOf({ kind, place, depth, sealed, carried, partSize, filling }: Gene): string {
  const parts = carried.endsWith("parts") ? ` of ${partSize}` : "";
  if (kind === "receipts") return `receipts, ${carried}${parts}`;
  const depths = depth > 1 ? `, ${depth} deep` : "";
  const filled = filling > 0 ? `, ${100 * filling} % filled up` : "";
  return `${kind} ${place}${depths}${filled}, ${sealed ? "sealed" : "plain"}, ${carried}${parts}`;
}
