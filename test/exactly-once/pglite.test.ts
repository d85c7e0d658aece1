/** Each request runs once, on the embedded database. */
import { describe } from "vitest";
import { newContact, newOwner, type Place } from "../fallback/place.ts";
import { startServer } from "../kit/spawn-server.ts";
import { describeExactlyOnce } from "./suite.ts";

describe("on the embedded database", () => {
  describeExactlyOnce(async (environment) => ({ server: await startServer(environment), messagesSent }), {
    swaps: 2,
  });
});

/**
 * Rounds of delivery follow one another, and a round may send its messages in any order. So this waits for two
 * messages, one after the other: when the second has come, the round of the first is over.
 */
async function messagesSent(place: Place): Promise<void> {
  for (let i = 0; i < 2; i++) {
    const contact = newContact();
    const { client } = await newOwner(place);
    await client.call("updateFallback", { fallback: contact });
    await place.mailTo(contact);
  }
}
