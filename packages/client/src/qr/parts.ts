/**
 * From what a camera reads, in any order and with gaps, to one whole UR.
 *
 * Spec: BCR-2020-005, BCR-2024-001. A part is worth as much whenever it is seen, so joining in the middle is no loss.
 *
 * The sender cuts a message into parts, and after those sends mixtures of them.
 *
 * Traps: anyone can hold a QR code into the camera. A part claims how many there are, and each mixture costs work and
 * memory in proportion, so claims are checked before anything is decoded. Parts of different messages go to different
 * piles; a new message takes the place of the pile that has waited longest for a part.
 */
import { MultipartDecoder, UR } from "#bc/ur";

/** Parts that a message may be cut into. */
export const MAX_SCANNED_PARTS = 500;
/** Characters of all parts together: those of a request of the largest size, and what each part adds. */
const MAX_CHARACTERS = 200_000;
/** Messages that are collected side by side. */
const MAX_PILES = 2;
/** A pile that has read so many times the parts that it needs must hold a wrong one, and is thrown away. */
const MOST_READ = 4;

export type Progress = {
  /** Different parts and mixtures read so far: often more than the message has parts. */
  readonly read: number;
  /** Parts of the message that are known from them, and parts in all. */
  readonly known: number;
  readonly total: number;
};

export type Collected =
  | { readonly kind: "complete"; readonly ur: UR }
  | { readonly kind: "part"; readonly progress: Progress; readonly isNew: boolean }
  /** Another type than those that are looked for. */
  | { readonly kind: "other-type"; readonly type: string }
  | { readonly kind: "too-large" }
  /** Misread or damaged: the next frame may be better. */
  | { readonly kind: "damaged" }
  | { readonly kind: "not-a-ur" };

export type Collector = {
  /** Takes one text that was read. */
  readonly add: (text: string) => Collected;
  /** How far each unfinished message is, the one with the latest part first. */
  readonly unfinished: () => readonly Progress[];
  /** Forgets all parts. */
  readonly clear: () => void;
};

type Pile = { readonly decoder: MultipartDecoder; readonly total: number; read: number };

/** @param wanted the types of UR to look for, such as `envelope`. */
export function createCollector(...wanted: readonly string[]): Collector {
  let piles: readonly Pile[] = [];

  function addPart(text: string, total: number): Collected {
    for (const pile of [...piles, { decoder: new MultipartDecoder(), total, read: 0 }]) {
      const taken = addTo(pile, text);
      if (taken === "foreign") continue;
      const others = piles.filter((other) => other !== pile);
      if (taken === "spoilt") {
        piles = others;
        return { kind: "damaged" };
      }
      if (pile.decoder.result !== undefined) {
        piles = [];
        return { kind: "complete", ur: pile.decoder.result };
      }
      piles = [pile, ...others].slice(0, MAX_PILES);
      return { kind: "part", progress: progressOf(pile), isNew: taken === "new" };
    }
    return { kind: "damaged" };
  }

  function add(text: string): Collected {
    const part = text.trim();
    const [, type, , count, letters] = /^ur:([a-z0-9-]+)\/(\d{1,9}-(\d{1,9})\/)?([a-z]+)$/i.exec(part) ?? [];
    if (type === undefined || letters === undefined) {
      return { kind: /^ur:/i.test(part) ? "damaged" : "not-a-ur" };
    }
    if (!wanted.includes(type.toLowerCase())) return { kind: "other-type", type: type.toLowerCase() };
    const total = Number(count ?? 1);
    if (total > MAX_SCANNED_PARTS || total * letters.length > MAX_CHARACTERS) return { kind: "too-large" };
    return count === undefined ? whole(part) : addPart(part, total);
  }

  return {
    add,
    unfinished: () => piles.map(progressOf),
    clear: () => {
      piles = [];
    },
  };
}

function whole(text: string): Collected {
  try {
    return { kind: "complete", ur: UR.parse(text) };
  } catch {
    return { kind: "damaged" };
  }
}

/** Foreign: a part of another message, or of none. Spoilt: a wrong part lies in the pile, and nobody knows which. */
function addTo(pile: Pile, text: string): "new" | "known" | "foreign" | "spoilt" {
  try {
    if (!pile.decoder.add(text)) return "known";
    pile.read += 1;
    return pile.read > pile.total * MOST_READ ? "spoilt" : "new";
  } catch {
    return pile.decoder.progress === 1 ? "spoilt" : "foreign";
  }
}

function progressOf({ decoder, total, read }: Pile): Progress {
  return { read, known: Math.round(decoder.progress * total), total };
}
