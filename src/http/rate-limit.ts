/**
 * A token bucket for each network: `perSecond` requests on average, five times as many at once. A large body or a large
 * answer costs more than one token. An IPv6 network also draws on the buckets of the wider networks that it is part of.
 *
 * A network is charged before the work. Whoever has any token left may send a request that costs more, and then waits
 * until the debt is paid, so that every size of request passes at every rate.
 *
 * Each process has its buckets in its own memory, so several processes allow several times as much. The number of
 * buckets is bounded: beyond it the process forgets the network with the oldest last request.
 */
import { type WiderNetwork, widerNetworks } from "./network.ts";

const BURST = 5;
const MAX_NETWORKS = 50_000;
/** So many bytes of a body may cost the server as much as a usual request. */
const BODY_BYTES_A_REQUEST = 16_384;
/** The same of an answer. */
const ANSWER_BYTES_A_REQUEST = 65_536;

type Bucket = {
  tokens: number;
  at: number;
  /** Tokens a millisecond. */
  readonly rate: number;
  readonly capacity: number;
  readonly wider: readonly WiderNetwork[];
};

export type RateLimit = {
  /**
   * 0 when a request with a body of so many bytes may pass now; it is charged at once. Otherwise the seconds after which
   * one may.
   */
  readonly admit: (network: string, bytes: number, now: Date) => number;
  /** The seconds after which the network has paid its debts. */
  readonly debt: (network: string, now: Date) => number;
  /** Charges for what turned out to be larger: so many requests. */
  readonly charge: (network: string, requests: number) => void;
};

const UNLIMITED: RateLimit = { admit: () => 0, debt: () => 0, charge: () => {} };

/** Requests that a body of so many bytes counts as. */
export function requestsIn(bytes: number): number {
  return Math.max(1, bytes / BODY_BYTES_A_REQUEST);
}

/** Requests that an answer of so many bytes counts as, beside its own. */
export function requestsInAnswer(bytes: number): number {
  return Math.floor(bytes / ANSWER_BYTES_A_REQUEST);
}

/** @param perSecond requests a second; 0 lets everything pass. */
export function createRateLimit(perSecond: number): RateLimit {
  if (perSecond === 0) return UNLIMITED;
  /** In the order of the networks' last requests: the oldest is first. */
  const buckets = new Map<string, Bucket>();

  /** Fills the bucket up to now, and makes it the youngest. */
  function fill({ name, weight }: WiderNetwork, now: number): Bucket {
    const bucket = buckets.get(name) ?? newBucket(name, weight, now);
    bucket.tokens = Math.min(bucket.capacity, bucket.tokens + (now - bucket.at) * bucket.rate);
    bucket.at = now;
    buckets.delete(name);
    buckets.set(name, bucket);
    return bucket;
  }

  function newBucket(name: string, weight: number, at: number): Bucket {
    const rate = (perSecond * weight) / 1000;
    const capacity = perSecond * weight * BURST;
    return { tokens: capacity, at, rate, capacity, wider: weight === 1 ? widerNetworks(name) : [] };
  }

  /** The wider networks last, so that none is forgotten before those that are part of it. */
  function fillAll(network: string, now: Date): readonly Bucket[] {
    const bucket = fill({ name: network, weight: 1 }, now.getTime());
    const filled = [bucket, ...bucket.wider.map((wider) => fill(wider, now.getTime()))];
    for (const [oldest] of buckets) {
      if (buckets.size <= MAX_NETWORKS) break;
      buckets.delete(oldest);
    }
    return filled;
  }

  function charge(network: string, tokens: number): void {
    const wider = buckets.get(network)?.wider.map(({ name }) => name) ?? [];
    for (const name of [network, ...wider]) {
      const bucket = buckets.get(name);
      if (bucket !== undefined) bucket.tokens -= tokens;
    }
  }

  return {
    admit: (network, bytes, now) => {
      const wait = secondsUntil(fillAll(network, now), 1);
      if (wait === 0) charge(network, requestsIn(bytes));
      return wait;
    },
    debt: (network, now) => secondsUntil(fillAll(network, now), 0),
    charge,
  };
}

/** Whole seconds until each of the buckets holds so many tokens. */
function secondsUntil(buckets: readonly Bucket[], tokens: number): number {
  const waits = buckets.map((bucket) => (tokens - bucket.tokens) / bucket.rate / 1000);
  return Math.ceil(Math.max(0, ...waits));
}
