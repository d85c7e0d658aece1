/**
 * A channel carries messages to contacts: e-mail, a webhook, the console.
 *
 * The contract:
 * - **At least once.** `send` fulfils when the next system has taken the message over; nobody need have read it yet. If
 *   that system took it over and the channel could not learn of it, the message is sent again under the same `id`. So a
 *   channel passes the id on in whatever its medium offers for dropping repetitions.
 * - **Errors.** `send` rejects with {@link ChannelError} only. `permanent`: this message will never go to this contact (no
 *   such mailbox, refused content). Everything else is temporary: no connection, no time, our credentials refused, the
 *   other side overloaded.
 * - **Time.** `send` settles within {@link SEND_TIMEOUT}, whatever the other side does.
 * - **Concurrency.** `send` may be called again before an earlier call has settled.
 * - **Secrecy.** The message holds secrets and a contact: neither gets into an error's text or a log.
 */
import { CONTACT_KINDS, type ContactKind } from "./contact.ts";
import type { Message } from "./message.ts";

export interface Channel {
  /** What this channel can reach. */
  readonly kinds: readonly ContactKind[];
  send(message: Message): Promise<void>;
}

/** Milliseconds after which a channel gives up on a message, with a temporary error. */
export const SEND_TIMEOUT = 20_000;

/** A message that a channel could not hand over. The text names no contact and holds nothing of the message. */
export class ChannelError extends Error {
  override readonly name = "ChannelError";
  readonly permanent: boolean;

  constructor(message: string, { permanent }: { readonly permanent: boolean }) {
    super(message);
    this.permanent = permanent;
  }
}

/** The first channel that reaches a kind of contact: what stands earlier in the list is preferred. */
export function channelFor(channels: readonly Channel[], kind: ContactKind): Channel | undefined {
  return channels.find(({ kinds }) => kinds.includes(kind));
}

/** The kinds of contacts that these channels reach together, each once. */
export function reachableKinds(channels: readonly Channel[]): ContactKind[] {
  return CONTACT_KINDS.filter((kind) => channelFor(channels, kind) !== undefined);
}
