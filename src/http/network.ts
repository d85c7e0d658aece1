/** The network that an address belongs to: what the limits count requests by. */
import ipaddr from "ipaddr.js";

/** Bits of the prefix: the smallest IPv6 network that a provider gives to one customer. */
const IPV6_PREFIX = 64;

/**
 * For IPv4 the address itself. For IPv6 its network of 2⁶⁴ addresses, since a client that has one of them has them all.
 *
 * @param address as a socket or a proxy writes it, with a port or without. Any other text is a network of its own.
 */
export function networkOf(address: string): string {
  const bare = /^\[(.*)\](?::\d+)?$/.exec(address)?.[1] ?? /^([\d.]+):\d+$/.exec(address)?.[1] ?? address;
  if (!ipaddr.isValid(bare)) return address;
  const parsed = ipaddr.process(bare);
  return parsed instanceof ipaddr.IPv6
    ? ipaddr.IPv6.networkAddressFromCIDR(`${parsed}/${IPV6_PREFIX}`).toString()
    : parsed.toString();
}

/** The networks that this one, from {@link networkOf}, is part of, and how many of it they count as. */
export type WiderNetwork = { readonly name: string; readonly weight: number };

/**
 * Providers give sites a /56 or a /48 too, and then a client has all of its /64s.
 *
 * @returns nothing for what is no IPv6 network.
 */
export function widerNetworks(network: string): readonly WiderNetwork[] {
  if (!ipaddr.IPv6.isValid(network)) return [];
  const wider = (prefix: number) => `${ipaddr.IPv6.networkAddressFromCIDR(`${network}/${prefix}`)}/${prefix}`;
  return [
    { name: wider(56), weight: 4 },
    { name: wider(48), weight: 16 },
  ];
}
