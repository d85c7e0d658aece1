/**
 * One round of delivery: claim what is due, compose each message, send it by the channel for its contact, record how it went.
 *
 * At least once. Between a channel's taking a message over and `finish` lies a moment in which a crash, or a database that
 * does not answer, leaves the message claimed; when the claim lapses it is sent again, under the same id, by which a mail
 * client or a webhook receiver can tell. Sending twice is the better mistake: a code that never comes locks its owner out.
 *
 * A round never throws: each failure is reported, and either retried by the schedule or left to the lapse of the claim.
 */
import { retryDelay } from "./backoff.ts";
import { type Channel, ChannelError, channelFor } from "./channel.ts";
import type { Message } from "./message.ts";
import type { Pace } from "./pace.ts";

/** Messages claimed and sent at a time, where a round does not say otherwise. */
export const ROUND_LIMIT = 32;
export const ROUND_CONCURRENCY = 8;

/**
 * Seconds that a claim holds. Longer than a whole round takes when every channel uses up its time; else a message could
 * be claimed by a second server while the first is still sending it.
 */
export const CLAIM_DURATION = 5 * 60;

export interface QueuedMessage {
  readonly id: string;
  readonly topic: Message["topic"];
  /** How often it was tried before. */
  readonly attempts: number;
  /** After this it is of no use: its code is void. Absent: never. */
  readonly expiresAt?: Date;
  /** A challenge to a contact that nobody has. It is composed and not sent, so that it takes the time that others take. */
  readonly isDecoy: boolean;
  /** May reject; that is this message's failure, and no other's. */
  compose(): Promise<Message>;
}

/** Where messages wait. Any number of servers may share one. All methods may reject; the message then stays claimed. */
export interface Outbox {
  /** Takes up to `limit` messages that are due at `now`, oldest first; nobody else gets them for {@link CLAIM_DURATION}. */
  claim(limit: number, now: Date): Promise<readonly QueuedMessage[]>;
  /** The message was taken over by a channel: forget it. */
  finish(id: string): Promise<void>;
  /** The message could not be sent: one attempt more, due again at `when`. */
  retryAt(id: string, when: Date): Promise<void>;
  /** The message will not be sent: forget it. */
  giveUp(id: string): Promise<void>;
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

export interface Round {
  readonly outbox: Outbox;
  readonly channels: readonly Channel[];
  readonly now: () => Date;
  /** Called once for each claimed message; must not throw. */
  readonly report: (report: DeliveryReport) => void;
  /** The outbox could not be asked; must not throw. */
  readonly onClaimFailed: (error: unknown) => void;
  /** Default: {@link ROUND_LIMIT}. */
  readonly limit?: number;
  /** Messages on their way at the same time. Default: {@link ROUND_CONCURRENCY}. */
  readonly concurrency?: number;
  /** Outlives the round. Absent: decoys take no time. */
  readonly pace?: Pace | undefined;
}

/** @returns how many messages were claimed: as many as the limit means that more may be waiting. */
export async function deliver(round: Round): Promise<number> {
  const { outbox, now, limit = ROUND_LIMIT, concurrency = ROUND_CONCURRENCY } = round;
  let claimed: readonly QueuedMessage[];
  try {
    claimed = await outbox.claim(limit, now());
  } catch (error) {
    round.onClaimFailed(error);
    return 0;
  }
  // One iterator, shared: each sender takes the next message when it is done with its last.
  const queue = claimed.values();
  const sender = async () => {
    for (const queued of queue) round.report(await deliverOne(round, queued));
  };
  await Promise.all(Array.from({ length: concurrency }, sender));
  return claimed.length;
}

async function deliverOne(round: Round, queued: QueuedMessage): Promise<DeliveryReport> {
  const { outbox } = round;
  const { id, topic } = queued;
  const attempts = queued.attempts + 1;
  const { when, ...result } = await attempt(round, queued);
  try {
    if (result.outcome === "sent") await outbox.finish(id);
    else if (when === undefined) await outbox.giveUp(id);
    else await outbox.retryAt(id, when);
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
  { channels, now, pace }: Round,
  { attempts, expiresAt, isDecoy, compose }: QueuedMessage,
): Promise<AttemptResult> {
  const expired = (at: Date) => expiresAt !== undefined && at >= expiresAt;
  if (expired(now())) return { outcome: "expired" };
  try {
    const message = await compose();
    if (isDecoy) {
      await pace?.pause();
      return { outcome: "decoy" };
    }
    const channel = channelFor(channels, message.to.kind);
    // The contact was accepted when there was one: a server that is set up wrong may be set right in time.
    if (channel === undefined)
      throw new ChannelError(`no channel reaches ${message.to.kind}`, { permanent: false });
    const begun = now().getTime();
    await channel.send(message);
    pace?.remember(now().getTime() - begun);
    return { outcome: "sent" };
  } catch (error) {
    const delay = error instanceof ChannelError && error.permanent ? undefined : retryDelay(attempts + 1);
    if (delay === undefined) return { outcome: "given-up", error };
    const when = new Date(now().getTime() + delay * 1000);
    return expired(when) ? { outcome: "expired", error } : { outcome: "retry", error, when };
  }
}
