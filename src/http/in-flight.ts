/**
 * How many requests are under way: so many in the process, and of one network no more than an eighth of these. The
 * wider networks of IPv6 have a quarter and a half. What is more is refused at once, since a queue would only grow.
 */
import { widerNetworks } from "./network.ts";

/** One of so many that a network may have under way, by the weight of {@link widerNetworks}. */
const SHARES: Readonly<Record<number, number>> = { 1: 8, 4: 4, 16: 2 };

/** The network as text; undefined where the server does not count by networks. */
export type InFlight = {
  /** Undefined when there are too many. The caller calls the result when the request has its answer. */
  readonly begin: (network: string | undefined) => (() => void) | undefined;
};

/** @param max requests of the process. */
export function createInFlight(max: number): InFlight {
  let all = 0;
  const counts = new Map<string, number>();

  return {
    begin: (network) => {
      const networks = network === undefined ? [] : [{ name: network, weight: 1 }, ...widerNetworks(network)];
      const isFull = ({ name, weight }: { readonly name: string; readonly weight: number }) =>
        (counts.get(name) ?? 0) >= Math.ceil(max / (SHARES[weight] ?? 1));
      if (all >= max || networks.some(isFull)) return undefined;
      all += 1;
      for (const { name } of networks) counts.set(name, (counts.get(name) ?? 0) + 1);
      return () => {
        all -= 1;
        for (const { name } of networks) {
          const left = (counts.get(name) ?? 1) - 1;
          if (left === 0) counts.delete(name);
          else counts.set(name, left);
        }
      };
    },
  };
}
