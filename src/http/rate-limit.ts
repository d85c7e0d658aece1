/**
 * A token bucket a network: `perSecond` requests on average, five times as many at once. A large answer costs more than one.
 *
 * State is in memory and a process's own, so several processes allow several times as much. It is bounded: of too many
 * networks, those that have not asked for longest are forgotten.
 */

const BURST = 5;
const MAX_NETWORKS = 50_000;
/** An answer of so many bytes costs the server as much as a request more. */
const BYTES_A_REQUEST = 65_536;

type Bucket = { tokens: number; at: number };

export type RateLimit = {
  /** Tells whether a request from this network may pass now. */
  readonly passes: (network: string, now: Date) => boolean;
  /** Told how many bytes the answer had. */
  readonly answered: (network: string, bytes: number) => void;
};

/** @param perSecond requests a second; 0 lets everything pass. */
export function createRateLimit(perSecond: number): RateLimit {
  if (perSecond === 0) return { passes: () => true, answered: () => {} };
  const capacity = perSecond * BURST;
  /** The one that asked last is the last. */
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
