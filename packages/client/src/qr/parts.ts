/**
 * From what a camera reads, in any order and with gaps, to one whole UR.
 *
 * Spec: BCR-2020-005, BCR-2024-001. A part is worth as much whenever it is seen, so joining in the middle is no loss.
 *
 * Traps: anyone can hold a QR code into the camera. A part claims how many there are, and each mixed part costs work
 * and memory in proportion, so claims are checked before anything is decoded. Parts of different messages are never
 * mixed: each message has a pile of its own, and the pile that nothing was added to for longest gives way.
 */
import { MultipartDecoder, UR } from "#bc/ur";

/** Pieces that a message may be cut into. */
export const MAX_PIECES = 500;
/** Characters of all its pieces together: those of a request of the largest size, and what the parts add to it. */
const MAX_CHARACTERS = 200_000;
/** Messages that are collected side by side. */
const MAX_PILES = 2;
/** Different parts for each piece, after which a pile holds a wrong one and is thrown away. */
const PARTS_PER_PIECE = 4;

export type Progress = {
  /** Different parts seen so far. */
  readonly parts: number;
  /** Pieces of the message known so far, and in all. More parts than pieces may be needed. */
  readonly known: number;
  readonly pieces: number;
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
  /** How far each message is that was begun and is not whole yet; the one that was added to last comes first. */
  readonly unfinished: () => readonly Progress[];
  /** Forgets all parts. */
  readonly clear: () => void;
};

type Pile = { readonly decoder: MultipartDecoder; readonly pieces: number; parts: number };

/** @param wanted the types of UR to look for, such as `envelope`. */
export function createCollector(...wanted: readonly string[]): Collector {
  let piles: readonly Pile[] = [];

  function addPart(text: string, pieces: number): Collected {
    for (const pile of [...piles, { decoder: new MultipartDecoder(), pieces, parts: 0 }]) {
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
    const pieces = Number(count ?? 1);
    if (pieces > MAX_PIECES || pieces * letters.length > MAX_CHARACTERS) return { kind: "too-large" };
    return count === undefined ? whole(part) : addPart(part, pieces);
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
    pile.parts += 1;
    return pile.parts > pile.pieces * PARTS_PER_PIECE ? "spoilt" : "new";
  } catch {
    return pile.decoder.progress === 1 ? "spoilt" : "foreign";
  }
}

function progressOf({ decoder, pieces, parts }: Pile): Progress {
  return { parts, known: Math.round(decoder.progress * pieces), pieces };
}
