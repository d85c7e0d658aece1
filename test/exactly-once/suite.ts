/**
 * Each request runs once, however often and however fast it comes: over real connections to the real server.
 *
 * The tests count effects: shares, keys and messages. A server could give the same answer twice and yet act twice.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Place, realPlace } from "../fallback/place.ts";
import { type Mailbox, openMailbox } from "../kit/mailbox.ts";
import type { TestServer } from "../kit/spawn-server.ts";
import { describeCopies } from "./copies.ts";
import { describeIds } from "./ids.ts";
import { describeRaces } from "./races.ts";
import { describeRetries } from "./retries.ts";
import type { Target } from "./target.ts";

/** A server to try, and how to know that it has nothing more to send. */
export type Tried = {
  readonly server: TestServer;
  /** Resolves when every message that was due before has been sent. */
  readonly messagesSent: (place: Place) => Promise<void>;
  /** Called once the server has been stopped. */
  readonly close?: () => Promise<void>;
};

/**
 * @param start starts a server whose mail goes where the environment says. It is stopped in the end.
 * @param swaps how many pairs of accounts take each other's contact.
 */
export function describeExactlyOnce(
  start: (environment: Mailbox["environment"]) => Promise<Tried>,
  { swaps }: { readonly swaps: number },
): void {
  let mailbox: Mailbox;
  let tried: Tried;
  let target: Target;
  beforeAll(async () => {
    mailbox = await openMailbox();
    tried = await start(mailbox.environment);
    const place = realPlace(tried.server, mailbox);
    target = { server: tried.server, place, mailbox, messagesSent: () => tried.messagesSent(place) };
  });
  afterAll(async () => {
    await tried.server.stop();
    await tried.close?.();
    await mailbox.close();
  });

  describeCopies(() => target);
  describeIds(() => target);
  describeRetries(() => target);
  describeRaces(() => target, swaps);

  // A client sends a request again when the store has failed, so the tests above would miss a failure.
  test("the store did not fail meanwhile", () => {
    const troubles = target.server
      .log()
      .split("\n")
      .filter((line) => /deadlock|"level":[456]0/.test(line));
    expect(troubles).toEqual([]);
  });
}
