/** One claimed message: composed, sent by its channel, and taken off the outbox or put back for later. Never throws. */
import { retryDelay } from "./backoff.ts";
import { type Channel, ChannelError } from "./channel.ts";
import type { Outbox } from "./deliver.ts";
import type { Message } from "./message.ts";
import type { Pace } from "./pace.ts";

export interface QueuedMessage {
  readonly id: string;
  readonly topic: Message["topic"];
  /** It tells of a change, and carries no code. */
  readonly isNotice: boolean;
  /** A challenge to a contact that nobody has. It is composed but not sent, so that it takes as long as the others. */
  readonly isDecoy: boolean;
  /** How often it was tried before. */
  readonly attempts: number;
  /** After this it is of no use: its code is void. Absent: never. */
  readonly expiresAt?: Date;
  /** May reject; that is this message's failure, and no other's. */
  compose(): Promise<Message>;
}

/** What became of one message. `decoy`: all is well. `unrecorded`: sent or not, the outbox did not take note of it. */
export type DeliveryOutcome = "sent" | "decoy" | "retry" | "given-up" | "expired" | "unrecorded";

/** For logs and metrics; holds neither a contact nor a secret. `attempts` counts this one too. */
export interface DeliveryReport {
  readonly id: string;
  readonly topic: Message["topic"];
  readonly outcome: DeliveryOutcome;
  readonly attempts: number;
  readonly error?: unknown;
}

export interface Sending {
  readonly channel: Channel;
  readonly now: () => Date;
  /** Outlives the delivery. Absent: decoys take no time. */
  readonly pace?: Pace | undefined;
}

export async function deliverOne(
  sending: Sending,
  outbox: Outbox,
  queued: QueuedMessage,
): Promise<DeliveryReport> {
  const { id, topic } = queued;
  const attempts = queued.attempts + 1;
  const { when, ...result } = await attempt(sending, queued);
  try {
    if (result.outcome === "sent") await outbox.finish(id);
    else if (when === undefined) await outbox.giveUp(id);
    else await outbox.retryAt(id, when, sending.now());
  } catch (error) {
    return { id, topic, attempts, outcome: "unrecorded", error };
  }
  return { id, topic, attempts, ...result };
}

interface AttemptResult {
  readonly outcome: Exclude<DeliveryOutcome, "unrecorded">;
  readonly error?: unknown;
  /** When to try again. */
  readonly when?: Date;
}

async function attempt(
  sending: Sending,
  { attempts, expiresAt, isDecoy, compose }: QueuedMessage,
): Promise<AttemptResult> {
  const { now, pace } = sending;
  const expired = (at: Date) => expiresAt !== undefined && at >= expiresAt;
  if (expired(now())) return { outcome: "expired" };
  try {
    const message = await compose();
    if (isDecoy) {
      await pace?.pause(message.to.kind);
      return { outcome: "decoy" };
    }
    await send(sending, message);
    return { outcome: "sent" };
  } catch (error) {
    const delay = error instanceof ChannelError && error.permanent ? undefined : retryDelay(attempts + 1);
    if (delay === undefined) return { outcome: "given-up", error };
    const when = new Date(now().getTime() + delay * 1000);
    return expired(when) ? { outcome: "expired", error } : { outcome: "retry", error, when };
  }
}

async function send({ channel, now, pace }: Sending, message: Message): Promise<void> {
  const begun = now().getTime();
  try {
    await channel.send(message);
  } finally {
    pace?.remember(message.to.kind, now().getTime() - begun);
  }
}
