/** Delivers the messages that the store holds ready, by the channels that the server has. */
import { shortIdentifier } from "@bc/envelope";
import type { Channel } from "../fallback/channel.ts";
import {
  CLAIM_DURATION,
  deliver,
  type Outbox,
  type QueuedMessage,
  ROUND_LIMIT,
} from "../fallback/deliver.ts";
import { composeMessage, type Message, type MessageContent } from "../fallback/message.ts";
import type { Pace } from "../fallback/pace.ts";
import { claimMessages, failMessage, finishMessage, type OutboxMessage } from "../store/outbox.ts";
import { decryptContact } from "./contact-cipher.ts";
import type { Context } from "./context.ts";
import { decryptSecrets } from "./new-challenge.ts";

export type DeliveryContext = Pick<Context, "sql" | "cipher" | "now" | "log"> & {
  readonly channels: readonly Channel[];
  /** What links in messages start with. */
  readonly publicUrl: () => string;
  /** How long decoys take; one for the whole server. Absent: they take no time. */
  readonly pace?: Pace;
};

/** Sends everything that is due. Never rejects. */
export async function deliverDue(delivery: DeliveryContext): Promise<void> {
  const { channels, now, log, pace } = delivery;
  let claimed: number;
  do {
    claimed = await deliver({
      outbox: outboxOf(delivery),
      channels,
      now,
      pace,
      report: ({ error, ...report }) => {
        if (report.outcome === "sent") log.info(report, "message sent");
        else if (report.outcome === "decoy") log.info(report, "no message: nobody has the contact");
        else log.warn({ ...report, err: error }, "message not sent");
      },
      onClaimFailed: (error) => log.error({ err: error }, "messages could not be claimed"),
    });
  } while (claimed === ROUND_LIMIT);
}

function outboxOf(delivery: DeliveryContext): Outbox {
  const { sql } = delivery;
  return {
    claim: async (limit, now) => {
      const messages = await claimMessages(sql, now, limit, CLAIM_DURATION);
      return messages.map((message) => queue(delivery, message));
    },
    finish: (id) => finishMessage(sql, id),
    giveUp: (id) => finishMessage(sql, id),
    retryAt: (id, when) => failMessage(sql, id, when),
  };
}

function queue(delivery: DeliveryContext, stored: OutboxMessage): QueuedMessage {
  return {
    id: stored.id,
    topic: stored.topic,
    attempts: stored.attempts - 1,
    expiresAt: stored.expiresAt,
    isDecoy: stored.account === null,
    compose: () =>
      compose(delivery, stored).catch((cause: unknown) => {
        throw new Error("the stored message does not open", { cause });
      }),
  };
}

async function compose(delivery: DeliveryContext, stored: OutboxMessage): Promise<Message> {
  const { contactHmac: hmac, contactCiphertext: ciphertext, contactKind: kind } = stored;
  const contact = await decryptContact(delivery, { hmac, ciphertext, kind });
  const content = await contentOf(delivery, stored);
  // A decoy names no account; its message is composed all the same, so that it is as much work as any other.
  const account = shortIdentifier(stored.account ?? hmac);
  return composeMessage(stored.id, contact, content, { publicUrl: delivery.publicUrl(), account });
}

async function contentOf(delivery: DeliveryContext, stored: OutboxMessage): Promise<MessageContent> {
  const { topic, secret, contactHmac, createdAt, expiresAt } = stored;
  if (topic !== "validation" && topic !== "transfer") return { topic };
  if (secret === null) throw new TypeError("a challenge without its secrets");
  const secrets = await decryptSecrets(delivery, secret, contactHmac);
  return { topic, secrets, lifetime: (expiresAt.getTime() - createdAt.getTime()) / 1000 };
}
