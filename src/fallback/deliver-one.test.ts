import { describe, expect, test, vi } from "vitest";
import { MAX_ATTEMPTS } from "./backoff.ts";
import { type Channel, ChannelError } from "./channel.ts";
import type { Outbox } from "./deliver.ts";
import { deliverOne, type QueuedMessage } from "./deliver-one.ts";
import { composeMessage, type Message } from "./message.ts";

const NOW = new Date("2026-11-22T10:00:00Z");
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);

const TO = { kind: "email", address: "a@example.com" } as const;
const NOTICE = { topic: "key-changed", times: 1, since: NOW } as const;
const compose = async () => {
  return composeMessage("a", TO, NOTICE, { publicUrl: "https://shares.example.com", account: "3f2a9b10" });
};

/** Delivers one message, and tells what the outbox took note of. */
async function run(
  send: (message: Message) => Promise<void>,
  more: Partial<QueuedMessage> = {},
  {
    faults = {},
    pace = undefined,
  }: { faults?: Partial<Outbox>; pace?: Parameters<typeof deliverOne>[0]["pace"] } = {},
) {
  const notes: unknown[][] = [];
  const outbox: Outbox = {
    claim: async () => [],
    finish: async (id) => void notes.push(["finish", id]),
    retryAt: async (id, when, now) => void notes.push(["retry", id, when, now]),
    giveUp: async (id) => void notes.push(["give up", id]),
    ...faults,
  };
  const channel: Channel = { kinds: ["email"], send };
  const queued = {
    id: "a",
    topic: "key-changed",
    attempts: 0,
    isNotice: true,
    isDecoy: false,
    compose,
    ...more,
  } as const;
  const report = await deliverOne({ channel, now: () => NOW, pace }, outbox, queued);
  return { report, notes };
}

const busy = () => Promise.reject(new ChannelError("busy", { permanent: false }));
const unreachable = () => expect.unreachable();

describe("a message", () => {
  test("that is sent is forgotten", async () => {
    const sent: string[] = [];
    const { report, notes } = await run(async ({ id }) => void sent.push(id));
    expect(sent).toEqual(["a"]);
    expect(notes).toEqual([["finish", "a"]]);
    expect(report).toEqual({ id: "a", topic: "key-changed", attempts: 1, outcome: "sent" });
  });

  test.each([
    [0, 5],
    [1, 15],
    [6, 3600],
  ])("is tried again later, by the schedule: after %i tries in %i s", async (attempts, delay) => {
    const { report, notes } = await run(busy, { attempts });
    expect(notes).toEqual([["retry", "a", later(delay), NOW]]);
    expect(report).toMatchObject({ attempts: attempts + 1, outcome: "retry", error: { message: "busy" } });
  });

  test("is given up at once when its contact can never be reached", async () => {
    const gone = new ChannelError("no mailbox", { permanent: true });
    const { report, notes } = await run(() => Promise.reject(gone));
    expect(notes).toEqual([["give up", "a"]]);
    expect(report).toMatchObject({ outcome: "given-up", error: gone });
  });

  test("is given up after the last attempt", async () => {
    expect((await run(busy, { attempts: MAX_ATTEMPTS - 1 })).notes).toEqual([["give up", "a"]]);
  });

  test("is tried again after an error that nobody foresaw", async () => {
    const { notes } = await run(() => Promise.reject(new TypeError("a bug")));
    expect(notes).toEqual([["retry", "a", later(5), NOW]]);
  });

  test("that cannot be composed is tried again later", async () => {
    const error = new Error("the stored message does not open");
    const { report, notes } = await run(unreachable, { compose: () => Promise.reject(error) });
    expect(notes).toEqual([["retry", "a", later(5), NOW]]);
    expect(report).toMatchObject({ outcome: "retry", error });
  });

  test("whose code is void is not sent, and none is kept whose code will be", async () => {
    expect((await run(unreachable, { expiresAt: NOW })).report).toMatchObject({ outcome: "expired" });
    expect(await run(busy, { expiresAt: later(5) })).toMatchObject({
      report: { outcome: "expired" },
      notes: [["give up", "a"]],
    });
    expect((await run(busy, { expiresAt: later(6) })).notes).toEqual([["retry", "a", later(5), NOW]]);
  });

  test("of which the outbox takes no note is reported so, and sent again under the same id", async () => {
    const fault = new Error("no database");
    const ids: string[] = [];
    const send = async ({ id }: Message) => void ids.push(id);
    const { report } = await run(send, {}, { faults: { finish: () => Promise.reject(fault) } });
    expect(report).toMatchObject({ outcome: "unrecorded", error: fault });
    await run(send);
    expect(ids).toEqual(["a", "a"]);
  });

  test.each(["retryAt", "giveUp"] as const)("that fails throws nothing when %s fails too", async (method) => {
    const fault = new Error("no database");
    const error = new ChannelError("no", { permanent: method === "giveUp" });
    const faults = { [method]: () => Promise.reject(fault) };
    const { report } = await run(() => Promise.reject(error), {}, { faults });
    expect(report).toMatchObject({ outcome: "unrecorded", error: fault });
  });
});

describe("a decoy", () => {
  test("is composed like any other message, sent to nobody, and forgotten", async () => {
    const composing = vi.fn(compose);
    const { report, notes } = await run(unreachable, { isDecoy: true, compose: composing });
    expect(composing).toHaveBeenCalledOnce();
    expect(notes).toEqual([["give up", "a"]]);
    expect(report).toEqual({ id: "a", topic: "key-changed", attempts: 1, outcome: "decoy" });
  });

  test("is kept for as long as messages to such contacts take, whether they are sent or not", async () => {
    const pace = { remember: vi.fn(), pause: vi.fn(async () => {}) };
    await run(unreachable, { isDecoy: true }, { pace });
    expect(pace.pause).toHaveBeenCalledExactlyOnceWith("email");
    expect(pace.remember).not.toHaveBeenCalled();
    await run(async () => {}, {}, { pace });
    await run(busy, {}, { pace });
    expect(pace.remember.mock.calls).toEqual([
      ["email", 0],
      ["email", 0],
    ]);
  });
});
