import { describe, expect, test, vi } from "vitest";
import { MAX_ATTEMPTS } from "./backoff.ts";
import { type Channel, ChannelError, SEND_TIMEOUT } from "./channel.ts";
import {
  CLAIM_DURATION,
  type DeliveryReport,
  deliver,
  type Outbox,
  type QueuedMessage,
  ROUND_CONCURRENCY,
  ROUND_LIMIT,
  type Round,
} from "./deliver.ts";
import { composeMessage, type Message } from "./message.ts";

const NOW = new Date("2026-11-22T10:00:00Z");
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);

function queued(id: string, more: Partial<QueuedMessage> = {}): QueuedMessage {
  const to = { kind: "email", address: `${id}@example.com` } as const;
  const sender = { publicUrl: "https://shares.example.com", account: "3f2a9b10" };
  const compose = async () => composeMessage(id, to, { topic: "key-changed" }, sender);
  return { id, topic: "key-changed", attempts: 0, isDecoy: false, compose, ...more };
}

/** An outbox in memory that notes each call. */
function outboxOf(waiting: readonly QueuedMessage[], faults: Partial<Outbox> = {}) {
  const notes: unknown[][] = [];
  const outbox: Outbox = {
    claim: async (limit) => waiting.slice(0, limit),
    finish: async (id) => void notes.push(["finish", id]),
    retryAt: async (id, when) => void notes.push(["retry", id, when]),
    giveUp: async (id) => void notes.push(["give up", id]),
    ...faults,
  };
  return { outbox, notes };
}

function channelThat(send: (message: Message) => Promise<void>): Channel {
  return { kinds: ["email"], send };
}

async function run(outbox: Outbox, channels: readonly Channel[], more: Partial<Round> = {}) {
  const reports: DeliveryReport[] = [];
  const failedClaims: unknown[] = [];
  const claimed = await deliver({
    outbox,
    channels,
    now: () => NOW,
    report: (report) => reports.push(report),
    onClaimFailed: (error) => failedClaims.push(error),
    ...more,
  });
  return { claimed, reports, failedClaims };
}

describe("a round of delivery", () => {
  test("sends what is due and forgets it", async () => {
    const sent: string[] = [];
    const { outbox, notes } = outboxOf([queued("a"), queued("b")]);
    const { claimed, reports } = await run(outbox, [channelThat(async ({ id }) => void sent.push(id))]);
    expect(claimed).toBe(2);
    expect(sent).toEqual(["a", "b"]);
    expect(notes).toEqual([
      ["finish", "a"],
      ["finish", "b"],
    ]);
    expect(reports).toEqual([
      { id: "a", topic: "key-changed", attempts: 1, outcome: "sent" },
      { id: "b", topic: "key-changed", attempts: 1, outcome: "sent" },
    ]);
  });

  test("does nothing when nothing is due", async () => {
    expect(await run(outboxOf([]).outbox, [])).toEqual({ claimed: 0, reports: [], failedClaims: [] });
  });

  test("claims no more than its limit, at its own time", async () => {
    const asked: unknown[] = [];
    const { outbox } = outboxOf([], {
      claim: async (limit, now) => {
        asked.push(limit, now);
        return [];
      },
    });
    await run(outbox, [], { limit: 3 });
    await run(outbox, []);
    expect(asked).toEqual([3, NOW, ROUND_LIMIT, NOW]);
  });

  test.each([
    [0, 5],
    [1, 15],
    [6, 3600],
  ])("tries again later, by the schedule: after %i tries in %i s", async (attempts, delay) => {
    const { outbox, notes } = outboxOf([queued("a", { attempts })]);
    const error = new ChannelError("busy", { permanent: false });
    const { reports } = await run(outbox, [channelThat(() => Promise.reject(error))]);
    expect(notes).toEqual([["retry", "a", later(delay)]]);
    expect(reports).toEqual([
      { id: "a", topic: "key-changed", attempts: attempts + 1, outcome: "retry", error },
    ]);
  });

  test("gives up at once when the contact can never be reached", async () => {
    const { outbox, notes } = outboxOf([queued("a")]);
    const gone = new ChannelError("no mailbox", { permanent: true });
    const { reports } = await run(outbox, [channelThat(() => Promise.reject(gone))]);
    expect(notes).toEqual([["give up", "a"]]);
    expect(reports).toMatchObject([{ outcome: "given-up", error: gone }]);
  });

  test("gives up after the last attempt", async () => {
    const { outbox, notes } = outboxOf([queued("a", { attempts: MAX_ATTEMPTS - 1 })]);
    await run(outbox, [channelThat(() => Promise.reject(new ChannelError("busy", { permanent: false })))]);
    expect(notes).toEqual([["give up", "a"]]);
  });

  test("takes an unforeseen error for a temporary one", async () => {
    const { outbox, notes } = outboxOf([queued("a")]);
    await run(outbox, [channelThat(() => Promise.reject(new TypeError("a bug")))]);
    expect(notes).toEqual([["retry", "a", later(5)]]);
  });

  test("waits for a channel when none reaches the contact", async () => {
    const { outbox, notes } = outboxOf([queued("a")]);
    const phone: Channel = { kinds: ["phone"], send: () => Promise.reject(new Error("not for me")) };
    await run(outbox, [phone]);
    expect(notes).toEqual([["retry", "a", later(5)]]);
  });

  test("does not send a code that is void, nor queue one that will be", async () => {
    const sent: string[] = [];
    const { outbox, notes } = outboxOf([
      queued("void", { expiresAt: NOW }),
      queued("soon void", { expiresAt: later(5) }),
      queued("in time", { expiresAt: later(6) }),
    ]);
    const { reports } = await run(outbox, [
      channelThat(({ id }) => {
        sent.push(id);
        return Promise.reject(new ChannelError("busy", { permanent: false }));
      }),
    ]);
    expect(sent).toEqual(["soon void", "in time"]);
    expect(notes.toSorted()).toEqual([
      ["give up", "soon void"],
      ["give up", "void"],
      ["retry", "in time", later(5)],
    ]);
    expect(reports.filter(({ outcome }) => outcome === "expired")).toHaveLength(2);
  });

  test("never has more on their way than allowed, and uses all that is allowed", async () => {
    const { outbox } = outboxOf(Array.from({ length: 20 }, (_, i) => queued(`m${i}`)));
    let underway = 0;
    let most = 0;
    const slow = channelThat(async () => {
      most = Math.max(most, ++underway);
      await new Promise(setImmediate);
      underway--;
    });
    const { reports } = await run(outbox, [slow], { concurrency: 4 });
    expect(most).toBe(4);
    expect(reports).toHaveLength(20);
  });

  test("composes a decoy like any other message, sends it to nobody, and forgets it", async () => {
    const decoy = queued("a", { isDecoy: true });
    const compose = vi.fn(decoy.compose);
    const { outbox, notes } = outboxOf([{ ...decoy, compose }]);
    const { reports } = await run(outbox, [channelThat(() => expect.unreachable())]);
    expect(compose).toHaveBeenCalledOnce();
    expect(notes).toEqual([["give up", "a"]]);
    expect(reports).toEqual([{ id: "a", topic: "key-changed", attempts: 1, outcome: "decoy" }]);
  });

  test("keeps a decoy for as long as messages take", async () => {
    const paused = Promise.withResolvers<void>();
    const { outbox, notes } = outboxOf([queued("a", { isDecoy: true }), queued("b")], {
      finish: async (id) => {
        notes.push(["finish", id]);
        paused.resolve();
      },
    });
    const pace = { remember: vi.fn(), pause: () => paused.promise };
    await run(outbox, [channelThat(async () => {})], { pace });
    expect(notes).toEqual([
      ["finish", "b"],
      ["give up", "a"],
    ]);
    expect(pace.remember).toHaveBeenCalledOnce();
  });

  test("tries a message that cannot be composed again later, by the schedule, and sends the others", async () => {
    const error = new Error("the stored message does not open");
    const { outbox, notes } = outboxOf([queued("a", { compose: () => Promise.reject(error) }), queued("b")]);
    const { reports } = await run(outbox, [channelThat(async () => {})], { concurrency: 1 });
    expect(notes).toEqual([
      ["retry", "a", later(5)],
      ["finish", "b"],
    ]);
    expect(reports).toMatchObject([{ outcome: "retry", error }, { outcome: "sent" }]);
  });

  test("is not held up by one failing message", async () => {
    const { outbox, notes } = outboxOf([queued("a"), queued("b"), queued("c")]);
    const picky = channelThat(async ({ id }) => {
      if (id === "b") throw new ChannelError("no", { permanent: true });
    });
    await run(outbox, [picky], { concurrency: 1 });
    expect(notes).toEqual([
      ["finish", "a"],
      ["give up", "b"],
      ["finish", "c"],
    ]);
  });
});

describe("an outbox that fails", () => {
  const fault = new Error("no database");
  const reject = () => Promise.reject(fault);

  test("at the claim ends the round, reported", async () => {
    const { outbox } = outboxOf([queued("a")], { claim: reject });
    expect(await run(outbox, [])).toEqual({ claimed: 0, reports: [], failedClaims: [fault] });
  });

  test("after a message was sent leaves it to be sent again under the same id", async () => {
    const ids: string[] = [];
    const channel = channelThat(async ({ id }) => void ids.push(id));
    const waiting = [queued("a"), queued("b")];
    const first = await run(outboxOf(waiting, { finish: reject }).outbox, [channel]);
    expect(first.reports).toMatchObject([
      { id: "a", outcome: "unrecorded", error: fault },
      { id: "b", outcome: "unrecorded", error: fault },
    ]);
    await run(outboxOf(waiting).outbox, [channel]);
    expect(ids).toEqual(["a", "b", "a", "b"]);
  });

  test.each(["retryAt", "giveUp"] as const)("at %s does not throw either", async (method) => {
    const { outbox } = outboxOf([queued("a")], { [method]: reject });
    const error = new ChannelError("no", { permanent: method === "giveUp" });
    const { reports } = await run(outbox, [channelThat(() => Promise.reject(error))]);
    expect(reports).toMatchObject([{ outcome: "unrecorded", error: fault }]);
  });
});

test("a claim outlasts the slowest round", () => {
  const slowest = Math.ceil(ROUND_LIMIT / ROUND_CONCURRENCY) * SEND_TIMEOUT;
  expect(CLAIM_DURATION * 1000).toBeGreaterThan(slowest);
});
