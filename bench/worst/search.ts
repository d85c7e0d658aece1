/**
 * The search for the requests that cost the server the most for their size, and for those whose cost grows most.
 *
 * Every kind of content in every place is tried once, sealed and not. Then the first of both lists are changed, a word at a time, and
 * whatever costs or grows more takes the place of what does less. What is found is measured again afterwards, for longer.
 */
import type { Context } from "../../src/service/index.ts";
import { progress } from "../report.ts";
import { type Compared, compareCosts, growthsOf } from "./compare.ts";
import { changed, nameOf, pick, seeds } from "./genes.ts";
import { type Body, bodiesOf, type Gene, type Party } from "./requests.ts";

const GLANCE = { rounds: 8, turn: 6 };
/** Requests in each list. */
const KEPT = 12;

type Tried = {
  readonly gene: Gene;
  /** The largest multiple of a storeShare. */
  readonly cost: number;
  /** By how much the cost grows at most when the size doubles. */
  readonly growth: number;
};

export type SearchOptions = {
  /** Bytes, each twice the one before. */
  readonly sizes: readonly number[];
  /** By the clock of `performance`, until when it goes on after the first round. */
  readonly until: number;
  /** Requests of the first round. Default: every kind in every place. */
  readonly firstRound?: number | undefined;
};

export type Found = {
  readonly tried: number;
  readonly dearest: readonly Gene[];
  readonly steepest: readonly Gene[];
};

export async function search(
  context: Context,
  party: Party,
  storeShare: Body,
  { sizes, until, firstRound }: SearchOptions,
): Promise<Found> {
  let dearest: readonly Tried[] = [];
  let steepest: readonly Tried[] = [];
  let tried = 0;
  const attempt = async (gene: Gene) => {
    const bodies = await bodiesOf(gene, party, sizes);
    if (bodies === undefined) return;
    const result = resultOf(gene, await compareCosts(context, bodies, storeShare, GLANCE));
    dearest = kept(dearest, result, "cost");
    steepest = kept(steepest, result, "growth");
    tried += 1;
    progress(`${tried} requests, the dearest costs ${dearest[0]?.cost.toFixed(1)} times a storeShare`);
  };
  for (const gene of seeds().slice(0, firstRound)) await attempt(gene);
  while (performance.now() < until) await attempt(changed(pick([...dearest, ...steepest]).gene));
  return { tried, dearest: dearest.map(({ gene }) => gene), steepest: steepest.map(({ gene }) => gene) };
}

function resultOf(gene: Gene, bodies: readonly Compared[]): Tried {
  const growths = growthsOf(bodies).filter((growth) => !Number.isNaN(growth));
  return { gene, cost: Math.max(...bodies.map(({ multiple }) => multiple)), growth: Math.max(0, ...growths) };
}

function kept(list: readonly Tried[], result: Tried, by: "cost" | "growth"): readonly Tried[] {
  if (list.some((other) => nameOf(other.gene) === nameOf(result.gene))) return list;
  return [...list, result].toSorted((one, other) => other[by] - one[by]).slice(0, KEPT);
}
