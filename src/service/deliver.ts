/** Delivers the messages that the store holds ready, by the channels that the server has. */
import { shortIdentifier } from "@bc/envelope";
import { LIMIT_WINDOW, maxPerHour } from "../fallback/challenge-limits.ts";
import type { Channel } from "../fallback/channel.ts";
import { CLAIM_DURATION, createDelivery, type Delivery, type Outbox } from "../fallback/deliver.ts";
import type { DeliveryReport, QueuedMessage } from "../fallback/deliver-one.ts";
import { composeMessage, type Message, type MessageContent } from "../fallback/message.ts";
import type { Pace } from "../fallback/pace.ts";
import { claimMessages, failMessage, finishMessage, type OutboxMessage } from "../store/outbox.ts";
import { decryptContact } from "./contact-cipher.ts";
import type { Context, Encrypting } from "./context.ts";
import { decryptSecrets } from "./new-challenge.ts";
import { withCipher } from "./storage-keys.ts";

export type DeliveryContext = Pick<Context, "sql" | "keys" | "now" | "log" | "policy"> & {
  readonly channels: readonly Channel[];
  /** What links in messages start with. */
  readonly publicUrl: () => string;
  /** How long decoys take; one for the whole server. Absent: they take no time. */
  readonly pace?: Pace;
  /** Called when a message will never be sent. */
  readonly onGivenUp?: () => void;
  /** Called when so many messages went out within an hour that some of those that are due have to wait. */
  readonly onLimitReached?: () => void;
};

/** Sends everything that is due. Never rejects. */
export async function deliverDue(delivery: DeliveryContext): Promise<void> {
  await openDelivery(delivery).deliver();
}

/** A process that lives on opens one and keeps it: each counts its own senders. */
export function openDelivery(delivery: DeliveryContext): Delivery {
  const { channels, now, log, pace, onGivenUp } = delivery;
  return createDelivery({
    outbox: outboxOf(delivery),
    channels,
    now,
    pace,
    report: reportTo(log, onGivenUp),
    onClaimFailed: (error) => log.error({ err: error }, "messages could not be claimed"),
  });
}

function reportTo(log: Context["log"], onGivenUp?: () => void): (report: DeliveryReport) => void {
  return ({ error, ...report }) => {
    if (report.outcome === "given-up" || report.outcome === "expired") onGivenUp?.();
    if (report.outcome === "sent") log.info(report, "message sent");
    else if (report.outcome === "decoy") log.info(report, "no message: nobody has the contact");
    else log.warn({ ...report, err: error }, "message not sent");
  };
}

function outboxOf(delivery: DeliveryContext): Outbox {
  const { sql, policy } = delivery;
  const warnOf = limitWarning(delivery);
  const limits = maxPerHour(policy.maxMessages);
  return {
    claim: async (room, now) => {
      const claim = { ...room, leaseSeconds: CLAIM_DURATION, maxPerHour: limits };
      const { messages, hourTotal = 0 } = await claimMessages(sql, now, claim);
      if (hourTotal >= limits.notices) warnOf(hourTotal);
      return messages.map((message) => queue(delivery, message));
    },
    finish: (id) => finishMessage(sql, id),
    giveUp: (id) => finishMessage(sql, id),
    retryAt: (id, when, now) => failMessage(sql, id, when, now),
  };
}

/** Warns once an hour. */
function limitWarning({ log, now, policy, onLimitReached }: DeliveryContext): (hourTotal: number) => void {
  const limits = maxPerHour(policy.maxMessages);
  let warned = Number.NEGATIVE_INFINITY;
  return (hourTotal) => {
    onLimitReached?.();
    if (now().getTime() - warned < LIMIT_WINDOW * 1000) return;
    warned = now().getTime();
    const waiting = (["notices", "validations", "transfers"] as const).filter(
      (it) => hourTotal >= limits[it],
    );
    log.warn({ hourTotal, waiting }, "so many messages went out within an hour that some wait: MAX_MESSAGES");
  };
}

function queue(delivery: DeliveryContext, stored: OutboxMessage): QueuedMessage {
  return {
    id: stored.id,
    topic: stored.topic,
    isNotice: stored.class === "notice",
    isDecoy: stored.class === "decoy",
    attempts: stored.attempts - 1,
    expiresAt: stored.expiresAt,
    compose: () =>
      withCipher(delivery.keys, (cipher) => compose({ ...delivery, cipher }, stored)).catch(
        (cause: unknown) => {
          throw new Error("the stored message does not open", { cause });
        },
      ),
  };
}

async function compose(delivery: DeliveryContext & Encrypting, stored: OutboxMessage): Promise<Message> {
  const { contactHmac: hmac, contactCiphertext: ciphertext, contactKind: kind } = stored;
  const contact = await decryptContact(delivery, { hmac, ciphertext, kind });
  const content = await contentOf(delivery, stored);
  // A decoy names no account; its message is composed all the same, so that it is as much work as any other.
  const account = shortIdentifier(stored.account ?? hmac);
  return composeMessage(stored.id, contact, content, { publicUrl: delivery.publicUrl(), account });
}

async function contentOf(delivery: Encrypting, stored: OutboxMessage): Promise<MessageContent> {
  const { topic, secret, contactHmac, createdAt, expiresAt } = stored;
  if (topic !== "validation" && topic !== "transfer") return { topic, times: stored.times, since: createdAt };
  if (secret === null) throw new TypeError("a challenge without its secrets");
  const secrets = await decryptSecrets(delivery, secret, contactHmac);
  return { topic, secrets, lifetime: (expiresAt.getTime() - createdAt.getTime()) / 1000 };
}
