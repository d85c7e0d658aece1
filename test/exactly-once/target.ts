/** What the tests of this room share: the server under test, wallets of it, and what its contacts were told. */
import type { Client, PreparedCall } from "@bc/share-client";
import type { NativeName } from "@bc/share-protocol";
import type { Place } from "../fallback/place.ts";
import type { Mailbox } from "../kit/mailbox.ts";
import { outcome } from "../kit/outcome.ts";
import type { TestServer } from "../kit/spawn-server.ts";

export type Target = {
  readonly server: TestServer;
  /** The same server as wallets and the owners of contacts see it. */
  readonly place: Place;
  readonly mailbox: Mailbox;
  /** Resolves when every message that was due before has been sent. */
  readonly messagesSent: () => Promise<void>;
};

/** Asked once the tests run. */
export type GiveTarget = () => Target;

/** How many come at once. Few of them race already; many make the race that is lost more likely. */
export const COPIES = process.env["CI"] === "true" ? 32 : 8;

export function copies<T>(make: () => T): T[] {
  return Array.from({ length: COPIES }, make);
}

export async function outcomesAtOnce({ send }: Pick<PreparedCall<NativeName>, "send">): Promise<Set<string>> {
  return new Set(await Promise.all(copies(() => outcome(send()))));
}

export async function shareCount(client: Client): Promise<number> {
  return (await client.retrieveShares()).length;
}

/** What this contact has been sent, once everything that was due has been. */
export async function subjectsFor({ mailbox, messagesSent }: Target, contact: string): Promise<string[]> {
  await messagesSent();
  return mailbox.received.filter(({ to }) => to === contact).map(({ subject }) => subject);
}
