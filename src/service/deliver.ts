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
import { composeMessage, type Message, type Topic } from "../fallback/message.ts";
import type { Pace } from "../fallback/pace.ts";
import { claimMessages, failMessage, finishMessage, type OutboxMessage } from "../store/outbox.ts";
import { openContact, openSecret } from "./challenge.ts";
import type { Context } from "./context.ts";

export type Delivery = Pick<Context, "sql" | "cipher" | "now" | "log"> & {
  readonly channels: readonly Channel[];
  /** What links in messages start with. */
  readonly publicUrl: () => string;
  /** What decoys keep to, made once for a server. Absent: they take no time. */
  readonly pace?: Pace;
};

/** Sends everything that is due. Never rejects. */
export async function deliverDue(delivery: Delivery): Promise<void> {
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

function outboxOf(delivery: Delivery): Outbox {
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

function queue(delivery: Delivery, stored: OutboxMessage): QueuedMessage {
  return {
    id: stored.id,
    about: stored.kind,
    attempts: stored.attempts - 1,
    expiresAt: stored.expiresAt,
    isDecoy: stored.account === null,
    compose: () =>
      compose(delivery, stored).catch((cause: unknown) => {
        throw new Error("the stored message does not open", { cause });
      }),
  };
}

async function compose(delivery: Delivery, stored: OutboxMessage): Promise<Message> {
  const { contactHmac: hmac, contactCiphertext: ciphertext, contactKind: kind } = stored;
  const contact = await openContact(delivery, { hmac, ciphertext, kind });
  const topic = await topicOf(delivery, stored);
  // A decoy is about no account, but must be as much work as if it were.
  const account = shortIdentifier(stored.account ?? hmac);
  return composeMessage(stored.id, contact, topic, { publicUrl: delivery.publicUrl(), account });
}

async function topicOf(delivery: Delivery, stored: OutboxMessage): Promise<Topic> {
  const { kind, secret, contactHmac, createdAt, expiresAt } = stored;
  if (kind !== "validation" && kind !== "transfer") return { about: kind };
  if (secret === null) throw new TypeError("a question without its secret");
  const challenge = await openSecret(delivery, secret, contactHmac);
  return { about: kind, challenge, lifetime: (expiresAt.getTime() - createdAt.getTime()) / 1000 };
}
