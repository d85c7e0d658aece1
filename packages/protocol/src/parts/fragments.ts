/**
 * The fragments of a message, found from parts that mix several.
 *
 * A part whose fragments are known but for one gives that one. So every mixture keeps what is left of it when the known
 * ones are taken out, and each of its fragments is taken out once: the work is the sum of the mixtures' sizes.
 */

type Rest = {
  /** The sum (XOR) of the fragments that are not known yet. */
  readonly data: Uint8Array;
  /** How many these are, and the XOR of their places: when one is left, its place. */
  unknown: number;
  places: number;
};

export type Fragments = {
  /** The sum of the fragments at these places. */
  readonly add: (places: readonly number[], data: Uint8Array) => void;
  /** By place; undefined as long as any is missing. */
  readonly all: () => readonly Uint8Array[] | undefined;
};

export function findFragments(count: number): Fragments {
  const known = new Map<number, Uint8Array>();
  /** By place, the mixtures that this fragment, once known, is to be taken out of. */
  const waiting = new Map<number, Rest[]>();

  function learn(place: number, data: Uint8Array): void {
    const found: (readonly [number, Uint8Array])[] = [[place, data]];
    for (const [at, fragment] of found) {
      if (known.has(at)) continue;
      known.set(at, fragment);
      for (const rest of waiting.get(at) ?? []) {
        // What is left of it is this very fragment, or another reading of it.
        if (rest.unknown === 1) continue;
        takeOut(rest, at, fragment);
        if (rest.unknown === 1) found.push([rest.places, rest.data]);
      }
      waiting.delete(at);
    }
  }

  return {
    add: (places, data) => {
      const rest = { data: data.slice(), unknown: places.length, places: places.reduce((a, b) => a ^ b, 0) };
      for (const place of places) {
        const fragment = known.get(place);
        if (fragment !== undefined) takeOut(rest, place, fragment);
      }
      if (rest.unknown === 1) learn(rest.places, rest.data);
      else if (rest.unknown > 1) {
        for (const place of places) if (!known.has(place)) listAt(waiting, place).push(rest);
      }
    },
    all: () => {
      if (known.size < count) return undefined;
      return Array.from({ length: count }, (_, place) => known.get(place) ?? new Uint8Array());
    },
  };
}

function takeOut(rest: Rest, place: number, fragment: Uint8Array): void {
  for (let i = 0; i < fragment.length; i++) rest.data[i] = (rest.data[i] ?? 0) ^ (fragment[i] ?? 0);
  rest.unknown -= 1;
  rest.places ^= place;
}

function listAt(lists: Map<number, Rest[]>, place: number): Rest[] {
  const list = lists.get(place) ?? [];
  lists.set(place, list);
  return list;
}
