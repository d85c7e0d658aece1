/**
 * From what people carry and cameras read to one whole UR: the one reader of such texts.
 *
 * Spec: BCR-2020-005, BCR-2024-001. A text may be a frame of a film, or a letter with several parts in it. Texts may come
 * in any order and with gaps: the sender cuts a message into parts, and after those sends mixtures of them, and a part is
 * worth as much whenever it is seen. What {@link findURs} finds in a text is judged when all of it is read, so a damaged
 * part does not stand in the way of the others.
 *
 * Traps: anyone can hold a QR code into the camera. A part claims how many there are, and each mixture costs work and
 * memory in proportion, so claims are checked before anything is decoded. Parts of different messages go to different
 * piles; a new message takes the place of the pile that has waited longest for a part.
 */
import { readCbor } from "@bc/envelope";
import { MAX_PARTS } from "@bc/share-protocol";
import { UR } from "#bc/ur";
import { decodeBytewords } from "#bc/ur/bytewords";
import { decodeFountainPart, FountainDecoder, type FountainPart } from "#bc/ur/fountain";
import { type FoundUR, findURs } from "./find-urs.ts";

/** Parts that a message may be cut into. */
export const MAX_SCANNED_PARTS = MAX_PARTS;
/** URs in one text: a film has some parts twice, and some mixed. */
const MAX_FOUND = 4 * MAX_SCANNED_PARTS;
/** Characters of all parts of a message together. */
const MAX_CHARACTERS = 1_000_000;
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
  | {
      readonly kind: "part";
      readonly progress: Progress;
      /** Whether the text had a part that was not known before. */
      readonly isNew: boolean;
      /** URs of the text that are damaged. */
      readonly damaged: number;
    }
  /** Two whole messages, or more, that are not the same: nobody can tell which of them is meant. */
  | { readonly kind: "several" }
  /** Another type than those that are looked for. */
  | { readonly kind: "other-type"; readonly type: string }
  | { readonly kind: "too-large" }
  /** Misread or damaged: the next frame may be better. */
  | { readonly kind: "damaged" }
  | { readonly kind: "not-a-ur" };

export type Collector = {
  /** Takes one text that was read, and says what it has come to. A whole message is the last one: it ends all piles. */
  readonly add: (text: string) => Collected;
  /** How far each unfinished message is, the one with the latest part first. */
  readonly unfinished: () => readonly Progress[];
  /** Forgets all parts. */
  readonly clear: () => void;
};

type Pile = {
  readonly type: string;
  readonly decoder: FountainDecoder;
  readonly total: number;
  read: number;
  message: UR | undefined;
};
type One = Exclude<Collected, { readonly kind: "several" | "not-a-ur" }>;

/** @param wanted the types of UR to look for, such as `envelope`. */
export function createCollector(...wanted: readonly string[]): Collector {
  let piles: readonly Pile[] = [];

  function addPart(type: string, part: FountainPart): One {
    const next: Pile = {
      type,
      decoder: new FountainDecoder(),
      total: part.seqLen,
      read: 0,
      message: undefined,
    };
    for (const pile of [...piles, next]) {
      const taken = pile.type === type ? addTo(pile, part) : "foreign";
      if (taken === "foreign") continue;
      const others = piles.filter((other) => other !== pile);
      const ur = pile.message;
      piles = taken === "spoilt" || ur !== undefined ? others : [pile, ...others].slice(0, MAX_PILES);
      if (taken === "spoilt") return { kind: "damaged" };
      if (ur !== undefined) return { kind: "complete", ur };
      return { kind: "part", progress: progressOf(pile), isNew: taken === "new", damaged: 0 };
    }
    return { kind: "damaged" };
  }

  function addOne({ type, sequence, bytewords }: FoundUR): One {
    if (!wanted.includes(type)) return { kind: "other-type", type };
    const total = Number(sequence?.split("-")[1] ?? 1);
    if (total > MAX_SCANNED_PARTS) return { kind: "too-large" };
    if (bytewords === undefined) return { kind: "damaged" };
    if (sequence === undefined) return whole(type, bytewords);
    if (total * bytewords.length > MAX_CHARACTERS) return { kind: "too-large" };
    const part = partIn(sequence, bytewords);
    return part === undefined ? { kind: "damaged" } : addPart(type, part);
  }

  function add(text: string): Collected {
    const all: One[] = [];
    for (const found of findURs(text)) {
      if (all.length === MAX_FOUND) return { kind: "too-large" };
      all.push(addOne(found));
    }
    const collected = judge(all);
    if (collected.kind === "complete" || collected.kind === "several") piles = [];
    return collected;
  }

  return {
    add,
    unfinished: () => piles.map(progressOf),
    clear: () => {
      piles = [];
    },
  };
}

/** What counts most comes first. */
function judge(all: readonly One[]): Collected {
  const [message, ...messages] = all.filter((one) => one.kind === "complete");
  if (message !== undefined) {
    return messages.every(({ ur }) => ur.equals(message.ur)) ? message : { kind: "several" };
  }
  const parts = all.filter((one) => one.kind === "part");
  const [last] = parts.toReversed();
  if (last !== undefined) {
    const damaged = all.filter(({ kind }) => kind === "damaged").length;
    return { ...last, isNew: parts.some(({ isNew }) => isNew), damaged };
  }
  const kinds = ["too-large", "damaged", "other-type"];
  const [other] = all.toSorted((one, another) => kinds.indexOf(one.kind) - kinds.indexOf(another.kind));
  return other ?? { kind: "not-a-ur" };
}

function whole(type: string, bytewords: string): One {
  try {
    return { kind: "complete", ur: urOf(type, decodeBytewords(bytewords, "minimal")) };
  } catch {
    return { kind: "damaged" };
  }
}

/** Read with this project's reader: that of the UR package drops a byte order mark at the start of a text. */
function urOf(type: string, content: Uint8Array): UR {
  return UR.from(type, readCbor(content));
}

/** The part, unless it is none, or of another name than its sequence. */
function partIn(sequence: string, bytewords: string): FountainPart | undefined {
  try {
    const part = decodeFountainPart(decodeBytewords(bytewords, "minimal"));
    const [number, total] = sequence.split("-").map(Number);
    return part.seqNum === number && part.seqLen === total ? part : undefined;
  } catch {
    return undefined;
  }
}

/** Foreign: a part of another message, or of none. Spoilt: a wrong part lies in the pile, and nobody knows which. */
function addTo(pile: Pile, part: FountainPart): "new" | "known" | "foreign" | "spoilt" {
  const { type, decoder, total } = pile;
  try {
    if (!decoder.add(part)) return "known";
    pile.read += 1;
    if (decoder.result !== undefined) pile.message = urOf(type, decoder.result);
    return pile.read > total * MOST_READ ? "spoilt" : "new";
  } catch {
    return decoder.progress === 1 ? "spoilt" : "foreign";
  }
}

function progressOf({ decoder, total, read }: Pile): Progress {
  return { read, known: Math.round(decoder.progress * total), total };
}
