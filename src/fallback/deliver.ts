/**
 * Delivery: claim what is due, compose each message, send it by the channel for its contact, record how it went.
 *
 * Each channel is a lane of its own: it claims what it has free senders for, so a channel that is slow or down delays
 * only its own messages. Notices have senders of their own, so that codes need not wait for them. A decoy needs no
 * sender: a timer ends it.
 *
 * At least once. A crash, or a database that does not answer, may come between the moment when a channel takes a
 * message over and `finish`. The message then stays claimed. When the claim lapses it is sent again under the same id,
 * by which a mail client or a webhook receiver knows it. Sending twice is the better mistake: a code that never comes
 * locks its owner out.
 */
import { type Channel, channelFor } from "./channel.ts";
import type { ContactKind } from "./contact.ts";
import { type DeliveryReport, deliverOne, type QueuedMessage, type Sending } from "./deliver-one.ts";

/** Messages that a channel has on their way at the same time. */
export const CODE_SENDERS = 8;
export const NOTICE_SENDERS = 4;
/** Decoys claimed at a time. */
export const DECOYS = 32;

/** Seconds that a claim holds: longer than any message takes. Else a second server would claim it meanwhile. */
export const CLAIM_DURATION = 60;

/** What a lane can take. */
export interface Room {
  readonly kinds: readonly ContactKind[];
  readonly codes: number;
  readonly notices: number;
  readonly decoys: number;
}

/** Where messages wait. Any number of servers may share one. All methods may reject; the message then stays claimed. */
export interface Outbox {
  /** Takes messages due at `now` for which there is room. Nobody else gets them for {@link CLAIM_DURATION}. */
  claim(room: Room, now: Date): Promise<readonly QueuedMessage[]>;
  /** The message was taken over by a channel: forget it. */
  finish(id: string): Promise<void>;
  /** The message could not be sent at `now`: one attempt more, due again at `when`. */
  retryAt(id: string, when: Date, now: Date): Promise<void>;
  /** The message will not be sent: forget it. */
  giveUp(id: string): Promise<void>;
}

export interface DeliveryOptions extends Omit<Sending, "channel"> {
  readonly outbox: Outbox;
  readonly channels: readonly Channel[];
  /** Called once for each claimed message; must not throw. */
  readonly report: (report: DeliveryReport) => void;
  /** The outbox could not be asked; must not throw. */
  readonly onClaimFailed: (error: unknown) => void;
}

export interface Delivery {
  /**
   * Sends what is due, and fulfils when nothing is left to do now. May be called at any time: a call during another one
   * makes it send what has fallen due meanwhile. Never rejects: each failure is reported, and either retried by the
   * schedule or left to the lapse of the claim.
   */
  deliver(): Promise<void>;
  /** Claims nothing more. Fulfils when nothing is on its way any more. */
  stop(): Promise<void>;
}

export function createDelivery(options: DeliveryOptions): Delivery {
  const { channels } = options;
  const lanes = channels.flatMap((channel) => {
    const kinds = channel.kinds.filter((kind) => channelFor(channels, kind) === channel);
    return kinds.length === 0 ? [] : [createLane(options, channel, kinds)];
  });
  const all = async (work: (lane: Delivery) => Promise<void>) => void (await Promise.all(lanes.map(work)));
  return { deliver: () => all((lane) => lane.deliver()), stop: () => all((lane) => lane.stop()) };
}

type Class = "code" | "notice" | "decoy";

function createLane(options: DeliveryOptions, channel: Channel, kinds: readonly ContactKind[]): Delivery {
  const sending = { ...options, channel };
  const onTheirWay = { code: 0, notice: 0, decoy: 0 };
  /** The classes of which more may be due than there was room for. */
  let left: readonly Class[] = [];
  let isWoken = false;
  let isStopped = false;
  let underWay: Promise<void> | undefined;
  let news = Promise.withResolvers<void>();

  const tell = () => {
    news.resolve();
    news = Promise.withResolvers();
  };

  const roomFor = (): Readonly<Record<Class, number>> => ({
    code: CODE_SENDERS - onTheirWay.code,
    notice: NOTICE_SENDERS - onTheirWay.notice,
    decoy: DECOYS,
  });

  async function claim(): Promise<void> {
    isWoken = false;
    const room = roomFor();
    const asked = { kinds, codes: room.code, notices: room.notice, decoys: room.decoy };
    let claimed: readonly QueuedMessage[];
    try {
      claimed = await options.outbox.claim(asked, options.now());
    } catch (error) {
      options.onClaimFailed(error);
      left = [];
      return;
    }
    const count = { code: 0, notice: 0, decoy: 0 };
    for (const queued of claimed) {
      count[classOf(queued)] += 1;
      void send(queued);
    }
    left = (["code", "notice", "decoy"] as const).filter((it) => count[it] >= room[it]);
  }

  async function send(queued: QueuedMessage): Promise<void> {
    const which = classOf(queued);
    onTheirWay[which] += 1;
    options.report(await deliverOne(sending, options.outbox, queued));
    onTheirWay[which] -= 1;
    tell();
  }

  async function run(): Promise<void> {
    for (;;) {
      const room = roomFor();
      if (!isStopped && (isWoken || left.some((it) => room[it] > 0))) await claim();
      else if (Object.values(onTheirWay).some((count) => count > 0)) await news.promise;
      else break;
    }
    underWay = undefined;
  }

  const join = () => {
    tell();
    underWay ??= run();
    return underWay;
  };
  return {
    deliver: () => {
      isWoken = true;
      return join();
    },
    stop: () => {
      isStopped = true;
      return join();
    },
  };
}

function classOf({ isDecoy, isNotice }: QueuedMessage): Class {
  if (isDecoy) return "decoy";
  return isNotice ? "notice" : "code";
}
