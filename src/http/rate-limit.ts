/**
 * A token bucket an address: `perSecond` requests on average, five times as many at once.
 *
 * State is in memory and a process's own, so several processes allow several times as much. It is bounded: when
 * too many addresses are remembered, those that are full again, and so would be allowed anyway, are forgotten.
 */

const BURST = 5;
const MAX_ADDRESSES = 50_000;

type Bucket = { tokens: number; at: number };

/** Tells whether a request from this address may pass now. */
export type RateLimit = (address: string, now: Date) => boolean;

/** @param perSecond requests a second; 0 lets everything pass. */
export function createRateLimit(perSecond: number): RateLimit {
  if (perSecond === 0) return () => true;
  const capacity = perSecond * BURST;
  const buckets = new Map<string, Bucket>();
  const tokensAt = (bucket: Bucket, time: number) => {
    return Math.min(capacity, bucket.tokens + ((time - bucket.at) / 1000) * perSecond);
  };
  return (address, now) => {
    const time = now.getTime();
    if (buckets.size >= MAX_ADDRESSES) {
      for (const [key, bucket] of buckets) if (tokensAt(bucket, time) >= capacity) buckets.delete(key);
      if (buckets.size >= MAX_ADDRESSES) buckets.clear();
    }
    const bucket = buckets.get(address) ?? { tokens: capacity, at: time };
    const tokens = tokensAt(bucket, time);
    const passes = tokens >= 1;
    buckets.set(address, { tokens: passes ? tokens - 1 : tokens, at: time });
    return passes;
  };
}
