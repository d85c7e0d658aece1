/** Whom a network address belongs to, as far as limits are concerned. */
import ipaddr from "ipaddr.js";

/** What one customer of an IPv6 network has to itself at the least. */
const IPV6_PREFIX = 64;

/**
 * The address as it is for IPv4, the network of 2⁶⁴ addresses for IPv6: whoever has one of these has all of them.
 *
 * @param address as a socket or a proxy writes it, with a port or without. What is no address is its own network.
 */
export function networkOf(address: string): string {
  const bare = /^\[(.*)\](?::\d+)?$/.exec(address)?.[1] ?? /^([\d.]+):\d+$/.exec(address)?.[1] ?? address;
  if (!ipaddr.isValid(bare)) return address;
  const parsed = ipaddr.process(bare);
  return parsed instanceof ipaddr.IPv6
    ? ipaddr.IPv6.networkAddressFromCIDR(`${parsed}/${IPV6_PREFIX}`).toString()
    : parsed.toString();
}
