/** A message to a contact outlives the process that promised it. */
import { expect, test } from "vitest";
import { newContact, newOwner, realPlace } from "../fallback/place.ts";
import { openMailbox } from "../kit/mailbox.ts";
import { startServer } from "../kit/spawn-server.ts";

test("a message that was promised comes, although the mail server was down and the server was killed", async () => {
  await using post = await openMailbox();
  await using server = await startServer(post.environment);
  const place = realPlace(server, post);
  const contact = newContact();
  const owner = await newOwner(place);
  await post.close();
  await owner.client.call("updateFallback", { fallback: contact });
  // The test kills the server between two tries: a message in the midst of one stays with it for minutes.
  await expect.poll(server.log).toContain("message not sent");
  await server.kill("SIGKILL");
  await post.reopen();
  await server.restart();
  // The server tries again in any case; a request makes it look at once whether anything is due.
  const receivedAfterAsking = async () => {
    expect(await owner.client.retrieveShares()).toHaveLength(1);
    return post.received;
  };
  await expect.poll(receivedAfterAsking, { interval: 200 }).toHaveLength(1);
  const { code } = await post.next(contact);
  await owner.client.call("verifyFallback", { code });
  expect(await owner.client.call("retrieveFallback", {})).toEqual({ contact, validated: true });
});
