import { expect, test } from "vitest";
import { networkOf } from "./network.ts";

test.each([
  ["an IPv4 address is its own network", "192.0.2.1", "192.0.2.1"],
  ["in IPv6's clothes too", "::ffff:192.0.2.1", "192.0.2.1"],
  ["an IPv6 address counts for its /64", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"],
  ["however it is written", "2001:DB8:0001:2:0:0:0:1", "2001:db8:1:2::"],
  ["with a zone", "fe80::1%eth0", "fe80::"],
  ["a port is no part of it", "192.0.2.1:4711", "192.0.2.1"],
  ["nor are brackets", "[2001:db8:1:2::9]:4711", "2001:db8:1:2::"],
  ["what is no address stays what it is", "somewhere", "somewhere"],
  ["nothing, too", "", ""],
])("%s", (_, address, network) => {
  expect(networkOf(address)).toBe(network);
});

test("neighbours are told apart", () => {
  expect(networkOf("2001:db8:1:2::1")).not.toBe(networkOf("2001:db8:1:3::1"));
  expect(networkOf("192.0.2.1")).not.toBe(networkOf("192.0.2.2"));
});
