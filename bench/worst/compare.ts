/**
 * What the bodies of one kind of request cost beside a storeShare, and how their cost grows with their size.
 *
 * They are measured in turns, again and again, so that each sees the same moods of the machine. What else runs there only
 * adds time, so the least of each body's turns counts. Requests of other kinds stay out of it: what they have the engine
 * compile would change what these cost.
 */
import type { Context } from "../../src/service/index.ts";
import { costOf, fateOf } from "./cost.ts";
import type { Body } from "./requests.ts";

export type Compared = {
  readonly fate: string;
  /** Of the processor time that a storeShare takes for as many bytes. */
  readonly multiple: number;
  /** The same from the rounds with even, and from those with odd numbers. */
  readonly even: number;
  readonly odd: number;
};

export type Effort = {
  readonly rounds: number;
  /** Milliseconds of processor time that one body's turn takes, at least. */
  readonly turn: number;
};

/** In the order of the bodies. */
export async function compareCosts(
  context: Context,
  bodies: readonly Body[],
  storeShare: Body,
  { rounds, turn }: Effort,
): Promise<readonly Compared[]> {
  const fates = new Map<Body, string>();
  for (const body of bodies) fates.set(body, await fateOf(context, body));
  const turns = new Map([storeShare, ...bodies].map((body) => [body, [] as number[]]));
  for (let round = 1; round <= rounds; round++) {
    for (const [body, costs] of turns) costs.push((await costOf(context, body, turn)) / body.bytes.length);
  }
  const multiple = (body: Body, isOf: (round: number) => boolean) => {
    const least = (one: Body) => Math.min(...(turns.get(one)?.filter((_, round) => isOf(round)) ?? []));
    return least(body) / least(storeShare);
  };
  return bodies.map((body) => ({
    fate: fates.get(body) ?? "",
    multiple: multiple(body, () => true),
    even: multiple(body, (round) => round % 2 === 0),
    odd: multiple(body, (round) => round % 2 === 1),
  }));
}

/**
 * What each body costs in multiples of the one before it, when each has twice the bytes. NaN where the two meet different
 * fates: a server that refuses the one early, and reads all of the other, does not do twice the work of one kind.
 */
export function growthsOf(
  bodies: readonly Compared[],
  by: "multiple" | "even" | "odd" = "multiple",
): readonly number[] {
  return bodies.slice(1).map((larger, i) => {
    const smaller = bodies[i];
    return smaller?.fate === larger.fate ? (2 * larger[by]) / smaller[by] : Number.NaN;
  });
}
