/**
 * Which fragments of a message a part of a multi-part UR mixes.
 *
 * Spec: BCR-2024-001. The parts 1 to COUNT are the fragments themselves. A later one mixes as many as it draws, few more
 * often than many, and draws which ones; its number and the message's checksum are the seed.
 */
import { Digest } from "@bc/envelope";
import { randomNumbers } from "./xoshiro.ts";

/** How many fragments a part mixes, and which ones, by their place. Drawing costs time in proportion to the size. */
export type Mixture = { readonly size: number; readonly draw: () => readonly number[] };

/** Tells the mixture of each part by its number, from 1. @param count fragments of the message. */
export function mixturesOf(count: number, checksum: number): (number: number) => Mixture {
  const sizeBy = sampler(count);
  const shuffle = shuffler(count);
  return (number) => {
    if (number <= count) return { size: 1, draw: () => [number - 1] };
    const random = randomNumbers(seedOf(number, checksum));
    const size = sizeBy(random);
    return { size, draw: () => shuffle(size, random) };
  };
}

function seedOf(number: number, checksum: number): Uint8Array {
  const image = new DataView(new ArrayBuffer(8));
  image.setUint32(0, number);
  image.setUint32(4, checksum);
  return Digest.fromImage(new Uint8Array(image.buffer)).data;
}

/**
 * Draws so many of the places 0 to `count` - 1, each once: the first ones of a shuffle. All parts share its lists, since to
 * list the places anew for each one would take time that grows with the square of the number of parts.
 */
function shuffler(count: number): (size: number, random: () => number) => readonly number[] {
  const places = Uint16Array.from({ length: count }, (_, place) => place);
  const left = new Uint16Array(count);
  return (size, random) => {
    left.set(places);
    return Array.from({ length: size }, (_, taken) => {
      const at = Math.floor(random() * (count - taken));
      const place = left[at] ?? 0;
      left.copyWithin(at, at + 1, count - taken);
      return place;
    });
  };
}

/**
 * Draws sizes from 1 to `count`, each with a probability in proportion to its reciprocal.
 *
 * Walker's alias method, which takes two draws. The order in which the columns are filled up decides what is drawn, so
 * it is part of the format: from the back, the smallest and the largest that came last.
 */
function sampler(count: number): (random: () => number) => number {
  const weights = Array.from({ length: count }, (_, place) => 1 / (place + 1));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const shares = weights.map((weight) => (weight * count) / sum);
  const limits = new Array<number>(count).fill(1);
  const others = new Array<number>(count).fill(0);
  const [small, large]: [number[], number[]] = [[], []];
  const sortIn = (place: number) => ((shares[place] ?? 0) < 1 ? small : large).push(place);
  for (let place = count - 1; place >= 0; place--) sortIn(place);
  while (small.length > 0 && large.length > 0) {
    const [one = 0, other = 0] = [small.pop(), large.pop()];
    const share = shares[one] ?? 0;
    limits[one] = share;
    others[one] = other;
    shares[other] = (shares[other] ?? 0) + share - 1;
    sortIn(other);
  }
  return (random) => {
    const [column, height] = [random(), random()];
    const place = Math.floor(count * column);
    return 1 + (height < (limits[place] ?? 0) ? place : (others[place] ?? 0));
  };
}
