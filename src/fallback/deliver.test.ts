import { describe, expect, test } from "vitest";
import { type Channel, ChannelError, SEND_TIMEOUT } from "./channel.ts";
import type { ContactKind } from "./contact.ts";
import {
  CLAIM_DURATION,
  CODE_SENDERS,
  createDelivery,
  DECOYS,
  type DeliveryOptions,
  NOTICE_SENDERS,
  type Outbox,
} from "./deliver.ts";
import type { DeliveryReport, QueuedMessage } from "./deliver-one.ts";
import { composeMessage, type Message } from "./message.ts";

const NOW = new Date("2026-11-22T10:00:00Z");
const SENDER = { publicUrl: "https://shares.example.com", account: "3f2a9b10" };

type Waiting = QueuedMessage & { readonly kind: ContactKind };
type Class = "code" | "notice" | "decoy";

function waiting(id: string, which: Class, kind: ContactKind = "email"): Waiting {
  const content = { topic: "key-changed", times: 1, since: NOW } as const;
  const compose = async () => composeMessage(id, { kind, address: id }, content, SENDER);
  const queued = { id, topic: "key-changed", attempts: 0, compose, kind } as const;
  return { ...queued, isNotice: which === "notice", isDecoy: which === "decoy" };
}

function many(count: number, which: Class, kind?: ContactKind): Waiting[] {
  return Array.from({ length: count }, (_, index) => waiting(`${which}-${index}`, which, kind));
}

/** An outbox in memory that hands messages out as the store does. */
function outboxOf(messages: Waiting[]) {
  const claims: number[] = [];
  const done: string[] = [];
  const outbox: Outbox = {
    claim: async ({ kinds, codes, notices, decoys }) => {
      const left = { code: codes, notice: notices, decoy: decoys };
      const taken = messages.filter(({ kind, isNotice, isDecoy }) => {
        return kinds.includes(kind) && left[isDecoy ? "decoy" : isNotice ? "notice" : "code"]-- > 0;
      });
      for (const it of taken) messages.splice(messages.indexOf(it), 1);
      claims.push(taken.length);
      return taken;
    },
    finish: async (id) => void done.push(id),
    giveUp: async (id) => void done.push(id),
    retryAt: async (id) => void done.push(`${id} later`),
  };
  return { outbox, messages, claims, done };
}

/** A channel whose messages stay on their way until they are let go, oldest first. */
function heldChannel(...kinds: ContactKind[]) {
  const held: { readonly id: string; readonly release: () => void }[] = [];
  const channel: Channel = {
    kinds,
    send: ({ id }: Message) => new Promise((release) => held.push({ id, release })),
  };
  const letGo = (count = 1) => {
    for (const { release } of held.splice(0, count)) release();
  };
  return { channel, letGo, onTheirWay: () => held.map(({ id }) => id) };
}

function deliveryOf(outbox: Outbox, channels: readonly Channel[], more: Partial<DeliveryOptions> = {}) {
  const reports: DeliveryReport[] = [];
  const failedClaims: unknown[] = [];
  const delivery = createDelivery({
    outbox,
    channels,
    now: () => NOW,
    report: (report) => reports.push(report),
    onClaimFailed: (error) => failedClaims.push(error),
    ...more,
  });
  return { ...delivery, reports, failedClaims };
}

/** Until nothing more happens by itself. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
}

const quick: Channel = { kinds: ["email"], send: async () => {} };

describe("delivery", () => {
  test("sends everything that is due, once, and then is done", async () => {
    const { outbox, claims, done } = outboxOf([
      ...many(20, "code"),
      ...many(9, "notice"),
      ...many(70, "decoy"),
    ]);
    const { deliver, reports } = deliveryOf(outbox, [quick]);
    await deliver();
    expect(new Set(done).size).toBe(99);
    expect(reports).toHaveLength(99);
    await deliver();
    expect(claims.at(-1)).toBe(0);
  });

  test("asks the outbox once for a message, be it a code or a decoy", async () => {
    for (const which of ["code", "decoy"] as const) {
      const { outbox, claims } = outboxOf([waiting("a", which)]);
      await deliveryOf(outbox, [quick]).deliver();
      expect(claims).toEqual([1]);
    }
  });

  test("has no more messages on their way than there are senders, and uses them all", async () => {
    const { outbox } = outboxOf(many(20, "code"));
    const { channel, letGo, onTheirWay } = heldChannel("email");
    const delivered = deliveryOf(outbox, [channel]).deliver();
    for (let sent = 0; sent < 20; sent++) {
      await settle();
      expect(onTheirWay()).toHaveLength(Math.min(CODE_SENDERS, 20 - sent));
      letGo();
    }
    await delivered;
  });

  test("finds a sender for a code that comes while notices and decoys are on their way", async () => {
    const { outbox, messages, done } = outboxOf([...many(30, "notice"), ...many(480, "decoy")]);
    const { channel, letGo, onTheirWay } = heldChannel("email");
    const forever = { remember: () => {}, pause: () => new Promise<void>(() => {}) };
    const { deliver } = deliveryOf(outbox, [channel], { pace: forever });
    void deliver();
    await settle();
    expect(onTheirWay()).toHaveLength(NOTICE_SENDERS);
    messages.push(waiting("the code", "code"));
    void deliver();
    await settle();
    expect(onTheirWay()).toContain("the code");
    letGo(NOTICE_SENDERS + 1);
    await settle();
    expect(done).toContain("the code");
    expect(onTheirWay()).toHaveLength(NOTICE_SENDERS);
  });

  test("claims what it cannot send at once for nobody: others may have a sender free", async () => {
    const { outbox, messages } = outboxOf([...many(20, "code"), ...many(20, "notice"), ...many(90, "decoy")]);
    const { channel } = heldChannel("email");
    void deliveryOf(outbox, [channel]).deliver();
    await settle();
    expect(messages.filter(({ isDecoy }) => !isDecoy)).toHaveLength(40 - CODE_SENDERS - NOTICE_SENDERS);
  });

  test("is not held up by a channel that is slow, or down", async () => {
    const { outbox, done } = outboxOf([
      ...many(20, "code", "phone"),
      ...many(20, "code", "uri"),
      ...many(20, "code"),
    ]);
    const { channel: slow } = heldChannel("phone");
    const down: Channel = {
      kinds: ["uri"],
      send: () => Promise.reject(new ChannelError("down", { permanent: false })),
    };
    void deliveryOf(outbox, [slow, down, quick]).deliver();
    await settle();
    expect(done.filter((id) => !id.endsWith("later"))).toHaveLength(20);
    expect(done.filter((id) => id.endsWith("later"))).toHaveLength(20);
  });

  test("asks for each kind of contact once, for the channel that comes first", async () => {
    const asked: unknown[] = [];
    const outbox = {
      ...outboxOf([]).outbox,
      claim: async (room: unknown) => {
        asked.push(room);
        return [];
      },
    };
    const all: Channel = { kinds: ["email", "phone", "uri"], send: async () => {} };
    await deliveryOf(outbox, [quick, all, { ...quick }]).deliver();
    const room = { codes: CODE_SENDERS, notices: NOTICE_SENDERS, decoys: DECOYS };
    expect(asked).toEqual([
      { kinds: ["email"], ...room },
      { kinds: ["phone", "uri"], ...room },
    ]);
  });

  test("looks again when it is called meanwhile", async () => {
    const { outbox, messages, done } = outboxOf([waiting("a", "code")]);
    const { channel, letGo } = heldChannel("email");
    const { deliver } = deliveryOf(outbox, [channel]);
    const first = deliver();
    await settle();
    messages.push(waiting("b", "code"));
    const second = deliver();
    await settle();
    letGo(2);
    await Promise.all([first, second]);
    expect(done).toEqual(["a", "b"]);
  });

  test("reports an outbox that does not answer, and asks again when it is called again", async () => {
    const fault = new Error("no database");
    const { outbox, done } = outboxOf([waiting("a", "code")]);
    let isBroken = true;
    const broken: Outbox = {
      ...outbox,
      claim: (...asked) => (isBroken ? Promise.reject(fault) : outbox.claim(...asked)),
    };
    const { deliver, failedClaims } = deliveryOf(broken, [quick]);
    await deliver();
    expect(failedClaims).toEqual([fault]);
    isBroken = false;
    await deliver();
    expect(done).toEqual(["a"]);
  });

  test("claims nothing more once it is stopped, and waits for what is on its way", async () => {
    const { outbox, messages, done } = outboxOf(many(20, "code"));
    const { channel, letGo } = heldChannel("email");
    const { deliver, stop } = deliveryOf(outbox, [channel]);
    void deliver();
    await settle();
    let isStopped = false;
    const stopped = stop().then(() => {
      isStopped = true;
    });
    await settle();
    expect(isStopped).toBe(false);
    letGo(CODE_SENDERS);
    await stopped;
    await deliver();
    expect(done).toHaveLength(CODE_SENDERS);
    expect(messages).toHaveLength(20 - CODE_SENDERS);
  });
});

test("a claim outlasts a message", () => {
  expect(CLAIM_DURATION * 1000).toBeGreaterThan(2 * SEND_TIMEOUT);
});
