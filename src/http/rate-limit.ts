/**
 * A token bucket for each network: `perSecond` requests on average, five times as many at once. A large answer costs
 * more than one token.
 *
 * Each process has its buckets in its own memory, so several processes allow several times as much. The number of
 * buckets is bounded: beyond it the process forgets the network with the oldest last request.
 */

const BURST = 5;
const MAX_NETWORKS = 50_000;
/** So many bytes of an answer cost the server about as much as one more request. */
const BYTES_A_REQUEST = 65_536;

type Bucket = { tokens: number; at: number };

export type RateLimit = {
  /** Tells whether a request from this network may pass now. */
  readonly passes: (network: string, now: Date) => boolean;
  /** Takes tokens from the network for the bytes of its answer. */
  readonly answered: (network: string, bytes: number) => void;
};

/** @param perSecond requests a second; 0 lets everything pass. */
export function createRateLimit(perSecond: number): RateLimit {
  if (perSecond === 0) return { passes: () => true, answered: () => {} };
  const capacity = perSecond * BURST;
  /** In the order of the networks' last requests: the oldest is first. */
  const buckets = new Map<string, Bucket>();
  return {
    passes: (network, now) => {
      const time = now.getTime();
      const { tokens: left, at } = buckets.get(network) ?? { tokens: capacity, at: time };
      const tokens = Math.min(capacity, left + ((time - at) / 1000) * perSecond);
      const passes = tokens >= 1;
      buckets.delete(network);
      buckets.set(network, { tokens: passes ? tokens - 1 : tokens, at: time });
      for (const [oldest] of buckets) {
        if (buckets.size <= MAX_NETWORKS) break;
        buckets.delete(oldest);
      }
      return passes;
    },
    answered: (network, bytes) => {
      const bucket = buckets.get(network);
      if (bucket !== undefined) bucket.tokens -= Math.floor(bytes / BYTES_A_REQUEST);
    },
  };
}
