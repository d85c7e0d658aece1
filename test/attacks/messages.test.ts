/** Floods of messages: who has to wait for whom, and how many go out. Counted in messages and statements, not in seconds. */
import { PrivateKeys } from "@bc/envelope";
import type { Client } from "@bc/share-client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CONTACT_KINDS, type ContactKind } from "../../src/fallback/contact.ts";
import type { Message } from "../../src/fallback/message.ts";
import { openDelivery } from "../../src/service/deliver.ts";
import type { Sql } from "../../src/store/sql.ts";
import { deliverNow } from "../kit/inbox.ts";
import { outcome } from "../kit/outcome.ts";
import { createTestService, type TestService } from "../kit/service.ts";
import { currentStorage, EMBEDDED, type OpenDatabase } from "../kit/storage.ts";

const HOUR = 3_600_000;
/** Several times as many as the server claims at a time. Any larger number gives the same results. */
const STRANGERS = 120;
const KEY_CHANGES = 100;

let database: OpenDatabase;
beforeAll(async () => {
  database = await currentStorage().openDatabase();
});
afterAll(() => database.close());

/** A service whose messages go nowhere before they are let go. Each test has a day of its own. */
let day = 0;
async function service(sql: Sql = database.sql, policy: Partial<TestService["context"]["policy"]> = {}) {
  const { context } = await createTestService(sql);
  let network = "one network";
  const comeFrom = (name: string) => {
    network = name;
  };
  const http = { requestsPerSecond: 1_000_000, addressOf: () => network };
  const made = await createTestService(sql, { policy: { ...context.policy, ...policy }, http });
  day += 1;
  made.clock.now = new Date(made.clock.now.getTime() + day * 24 * HOUR);
  return { ...made, comeFrom };
}

type Held = { readonly message: Message; readonly release: () => void };

/** Channels on which a message stays until the mail server takes it. */
function slowChannels({ context }: TestService, kinds: readonly ContactKind[] = CONTACT_KINDS) {
  const held: Held[] = [];
  const sent: Message[] = [];
  const send = (message: Message) =>
    new Promise<void>((done) => {
      held.push({
        message,
        release: () => {
          sent.push(message);
          done();
        },
      });
    });
  const delivery = openDelivery({
    ...context,
    channels: kinds.map((kind) => ({ kinds: [kind], send })),
    publicUrl: () => "https://shares.example.com",
    // Decoys end when messages do, which here is never.
    pace: { remember: () => {}, pause: () => new Promise(() => {}) },
  });
  return { ...delivery, held, sent };
}

function wallet({ client }: TestService) {
  const keys = PrivateKeys.generate("ed25519");
  return { keys, client: client({ keys }) };
}

async function owner(made: TestService, fallback: string) {
  const { keys, client } = wallet(made);
  await client.storeShare(new Uint8Array(10));
  await client.call("updateFallback", { fallback });
  const { code = "" } = await deliverNow(made, fallback);
  await client.call("verifyFallback", { code });
  return { keys, client };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((turn) => setTimeout(turn, 1));
}

describe("a code", () => {
  test("is the first to be sent, whatever many strangers ask of contacts that nobody has", async () => {
    const made = await service();
    await owner(made, "alice@example.com");
    for (let i = 0; i < STRANGERS; i++) {
      made.comeFrom(`network ${i % 10}`);
      const asking = wallet(made).client.call("fallbackTransfer", { fallback: `nobody-${i}@example.com` });
      expect(await outcome(asking)).toBe("ok");
    }
    made.comeFrom("home");
    await wallet(made).client.call("fallbackTransfer", { fallback: "alice@example.com" });

    const { deliver, held, stop } = slowChannels(made);
    void deliver();
    await until(() => held.length > 0);
    expect(held.map(({ message }) => [message.topic, message.to.address])).toEqual([
      ["transfer", "alice@example.com"],
    ]);
    void stop();
  });

  test("finds a sender while as many notices as may be are on their way, and another channel hangs", async () => {
    const made = await service();
    const contacts = Array.from({ length: 12 }, (_, i) => `owner-${i}@example.com`);
    const owners: Client[] = [];
    for (const contact of contacts) owners.push((await owner(made, contact)).client);
    for (const client of owners) {
      await client.call("updatePublicKey", { newPublicKey: PrivateKeys.generate("ed25519").publicKeys() });
    }
    for (let i = 0; i < 12; i++) {
      made.comeFrom(`another network ${i}`);
      const { client } = wallet(made);
      await client.storeShare(new Uint8Array(1));
      await client.call("updateFallback", { fallback: `+1555123${4500 + i}` });
    }
    const { deliver, held, stop } = slowChannels(made);
    void deliver();
    await until(() => held.length === 12);
    made.comeFrom("home");
    await wallet(made).client.call("fallbackTransfer", { fallback: "owner-3@example.com" });
    void deliver();
    await until(() => held.length === 13);
    expect(held.at(-1)?.message).toMatchObject({ topic: "transfer", to: { address: "owner-3@example.com" } });
    void stop();
  });
});

describe("notices", () => {
  test("of any number of key changes by one account are six messages an hour, and one that tells the number", async () => {
    const made = await service();
    const contact = "busy@example.com";
    const { client } = await owner(made, contact);
    const { xid } = client.identity;
    const told: Message[] = [];
    const deliver = async () => {
      const send = async (message: Message) => void (message.to.address === contact && told.push(message));
      const channels = [{ kinds: CONTACT_KINDS, send }];
      await openDelivery({ ...made.context, channels, publicUrl: () => "https://a.example" }).deliver();
    };
    let current = client;
    for (let i = 0; i < KEY_CHANGES; i++) {
      const next = PrivateKeys.generate("ed25519");
      await current.call("updatePublicKey", { newPublicKey: next.publicKeys() });
      current = made.client({ keys: next, xid });
      if (i % 5 === 0) await deliver();
    }
    await deliver();
    expect(told).toHaveLength(6);
    made.clock.now = new Date(made.clock.now.getTime() + HOUR);
    await deliver();
    expect(told).toHaveLength(7);
    const times = told.map(({ short }) => Number(/\((\d+) times\)$/.exec(short)?.[1] ?? 1));
    expect(times.reduce((sum, one) => sum + one, 0)).toBe(KEY_CHANGES);
    expect(told.at(-1)?.text).toContain("times since");
  });
});

describe("all messages of an hour", () => {
  test("are no more than MAX_MESSAGES; the last are codes for owners, and the operator is warned", async () => {
    const made = await service(database.sql, { maxMessages: 12 });
    // An owner for each of the later transfers, validated an hour and more before.
    for (let i = 0; i < 8; i++) {
      made.comeFrom(`network of owner ${i}`);
      await owner(
        { ...made, context: { ...made.context, policy: { ...made.context.policy, maxMessages: 1_000 } } },
        `kept-${i}@example.com`,
      );
    }
    made.clock.now = new Date(made.clock.now.getTime() + 2 * HOUR);
    const sent: Message[] = [];
    const limits: number[] = [];
    const delivery = openDelivery({
      ...made.context,
      channels: [{ kinds: CONTACT_KINDS, send: async (message: Message) => void sent.push(message) }],
      publicUrl: () => "https://shares.example.com",
      onLimitReached: () => limits.push(sent.length),
    });
    const ask = async (i: number) => {
      made.comeFrom(`stranger ${i}`);
      const { client } = wallet(made);
      await client.storeShare(new Uint8Array(1));
      const validating = await outcome(client.call("updateFallback", { fallback: `spam-${i}@example.com` }));
      await delivery.deliver();
      return validating;
    };
    const validations: string[] = [];
    for (let i = 0; i < 15; i++) validations.push(await ask(i));
    expect(validations).toEqual([...Array(9).fill("ok"), ...Array(6).fill("rate-limited")]);
    expect(sent).toHaveLength(9);

    const transfers: string[] = [];
    for (let i = 0; i < 8; i++) {
      made.comeFrom(`home ${i}`);
      const fallback = `kept-${i}@example.com`;
      transfers.push(await outcome(wallet(made).client.call("fallbackTransfer", { fallback })));
      await delivery.deliver();
    }
    expect(transfers).toEqual([...Array(3).fill("ok"), ...Array(5).fill("rate-limited")]);
    expect(sent.slice(9).map(({ topic }) => topic)).toEqual(Array(3).fill("transfer"));
    expect(sent).toHaveLength(12);
    expect(limits.length).toBeGreaterThan(0);
    expect(made.log.filter((line) => line.includes("MAX_MESSAGES"))).toHaveLength(1);

    made.clock.now = new Date(made.clock.now.getTime() + HOUR + 60_000);
    made.comeFrom("home 7");
    await wallet(made).client.call("fallbackTransfer", { fallback: "kept-7@example.com" });
    await delivery.deliver();
    expect(sent).toHaveLength(13);
  });
});

describe("a contact that a stranger knows", () => {
  test("can still be asked by its owner, and an address of the same mailbox is no other", async () => {
    const made = await service();
    await owner(made, "carol@example.com");
    const ask = (fallback: string) => wallet(made).client.call("fallbackTransfer", { fallback });
    made.comeFrom("a stranger's");
    const outcomes = [];
    for (let i = 0; i < 8; i++) outcomes.push(await outcome(ask(`carol+${i}@example.com`)));
    expect(outcomes).toEqual([...Array(5).fill("ok"), ...Array(3).fill("rate-limited")]);
    made.comeFrom("home");
    for (let i = 0; i < 5; i++) expect(await outcome(ask("carol@example.com"))).toBe("ok");
  });

  test("is asked twenty times an hour at most, however many strangers there are", async () => {
    const made = await service();
    await owner(made, "dave+shares@example.com");
    const outcomes = [];
    for (let i = 0; i < 30; i++) {
      made.comeFrom(`stranger ${i}`);
      const asking = wallet(made).client.call("fallbackTransfer", { fallback: "dave+shares@example.com" });
      outcomes.push(await outcome(asking));
    }
    expect(outcomes).toEqual([...Array(20).fill("ok"), ...Array(10).fill("rate-limited")]);
    const sent: Message[] = [];
    const channels = [{ kinds: CONTACT_KINDS, send: async (message: Message) => void sent.push(message) }];
    await openDelivery({ ...made.context, channels, publicUrl: () => "https://a.example" }).deliver();
    // Limits count by mailbox, but messages go to the address with its sub-address.
    const reached = sent.filter(({ to }) => to.address.startsWith("dave"));
    expect(new Set(reached.map(({ to }) => to.address))).toEqual(new Set(["dave+shares@example.com"]));
    expect(reached).toHaveLength(20);
  });
});

test("a refusal says until when it holds, and the same request is then carried out", async () => {
  const made = await service();
  await owner(made, "erin@example.com");
  const { clock } = made;
  for (let i = 0; i < 5; i++)
    await wallet(made).client.call("fallbackTransfer", { fallback: "erin@example.com" });
  clock.now = new Date(clock.now.getTime() + 600_500);
  const { client } = wallet(made);
  const late = await client.prepare("fallbackTransfer", { fallback: "erin@example.com" });
  const error = await late.send().catch((thrown: unknown) => thrown);
  const retryAfter = new Date(Math.ceil((clock.now.getTime() - 600_500 + HOUR) / 1000) * 1000);
  expect(error).toMatchObject({ refusal: { code: "rate-limited", retryAfter, early: false } });
  expect(error).toHaveProperty("message", expect.stringContaining(retryAfter.toISOString().slice(11, 19)));
  clock.now = retryAfter;
  expect(await late.send()).toEqual({ account: undefined });
});

test("asking of a contact that nobody has costs the database what asking of a known one does", async () => {
  const made = await service();
  await owner(made, "frank@example.com");
  const statements = async (fallback: string) => {
    const texts: string[] = [];
    const counting: Sql = (text, params) => {
      texts.push(text);
      return database.sql(text, params);
    };
    const counted = { ...made.context, sql: counting };
    const send = async () => {};
    const channels = [{ kinds: CONTACT_KINDS, send }];
    await wallet(made).client.call("fallbackTransfer", { fallback });
    await openDelivery({ ...counted, channels, publicUrl: () => "https://a.example" }).deliver();
    return texts;
  };
  const known = await statements("frank@example.com");
  expect(known).toHaveLength(2);
  expect(await statements("frances@example.com")).toEqual(known);
});

// Where the tables lie on several nodes, no node counts the looks of all.
test.skipIf(currentStorage() !== EMBEDDED)(
  "nor does it cost fewer looks at the tables, whose time could tell",
  async () => {
    const made = await service();
    await owner(made, "george@example.com");
    const lookedUp = async () => {
      const counted = await database.sql<{ looks: number }>(
        "select sum(seq_scan + idx_scan)::integer as looks from pg_stat_xact_user_tables where schemaname = 'store'",
        [],
      );
      return counted[0]?.looks ?? 0;
    };
    const looks = async (fallback: string) => {
      const call = await wallet(made).client.prepare("fallbackTransfer", { fallback });
      await database.sql("begin", []);
      const before = await lookedUp();
      await call.send();
      const count = (await lookedUp()) - before;
      await database.sql("rollback", []);
      return count;
    };
    const known = await looks("george@example.com");
    const unknown = await looks("georgina@example.com");
    expect(known).toBeGreaterThan(10);
    // Some of them are of other tables, and the planner has its ways.
    expect(unknown - known).toBeGreaterThanOrEqual(-1);
    expect(unknown - known).toBeLessThanOrEqual(2);
  },
);
