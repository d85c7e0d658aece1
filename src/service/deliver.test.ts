import { PrivateKeys } from "@bc/envelope";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openMailbox } from "../../test/kit/mailbox.ts";
import { createTestService, openTestDatabase, type TestService } from "../../test/kit/service.ts";
import { emailChannel } from "../fallback/channels/email.ts";
import { CONTACT_KINDS } from "../fallback/contact.ts";
import type { Message } from "../fallback/message.ts";
import { countedChannel } from "../server/counted.ts";
import type { EmbeddedDatabase } from "../store/drivers/pglite.ts";
import { deliverDue } from "./deliver.ts";

let database: EmbeddedDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

/** Delivers what is due, and tells who got something. */
async function deliver({ context }: TestService): Promise<readonly string[]> {
  const reached: string[] = [];
  const send = async ({ to }: Message) => {
    reached.push(to.address);
  };
  const channels = [{ kinds: CONTACT_KINDS, send }];
  await deliverDue({ ...context, channels, publicUrl: () => "https://shares.example.com" });
  return reached.toSorted();
}

function waiting(): Promise<readonly unknown[]> {
  return database.sql("select from store.outbox", []);
}

/** Pino's level of what is logged unless more is asked for. */
const INFO = 30;

function logged({ log }: TestService): readonly unknown[] {
  return log.map((line) => JSON.parse(line)).filter(({ level }) => level >= INFO);
}

test("a challenge to a contact that nobody has reaches no channel, is no failure, and leaves nothing to send", async () => {
  const service = await createTestService(database.sql);
  const stranger = service.client({ keys: PrivateKeys.generate("ed25519") });
  await stranger.call("fallbackTransfer", { fallback: "nobody@example.com" });
  expect(await waiting()).toHaveLength(1);
  expect(await deliver(service)).toEqual([]);
  expect(await waiting()).toEqual([]);
  expect(logged(service)).toMatchObject([
    { level: 30, topic: "transfer", outcome: "decoy", msg: "no message: nobody has the contact" },
  ]);
});

test("a message that does not open is logged and tried again later, and the others go out", async () => {
  const service = await createTestService(database.sql);
  const owners = ["a@example.com", "b@example.com", "c@example.com"];
  for (const fallback of owners) {
    const owner = service.client({ keys: PrivateKeys.generate("ed25519") });
    await owner.storeShare(new Uint8Array(10));
    await owner.call("updateFallback", { fallback });
  }
  await database.sql(
    `update store.outbox set secret_ciphertext = set_byte(secret_ciphertext, 20, get_byte(secret_ciphertext, 20) # 1)
    where message_id = (select message_id from store.outbox order by next_attempt_at limit 1)`,
    [],
  );

  const reached = await deliver(service);
  expect(reached).toHaveLength(2);
  expect(logged(service)).toContainEqual(
    expect.objectContaining({
      level: 40,
      outcome: "retry",
      attempts: 1,
      msg: "message not sent",
      err: expect.objectContaining({ message: expect.stringContaining("the stored message does not open") }),
    }),
  );
  expect(service.log.join("")).not.toContain("@example.com");

  expect(await deliver(service)).toEqual([]);
  service.clock.now = new Date(service.clock.now.getTime() + 5_000);
  await deliver(service);
  expect(logged(service).at(-1)).toMatchObject({ outcome: "retry", attempts: 2 });
  expect(await waiting()).toHaveLength(1);
});

test("an address that the mail server knows no way to fails for good, is counted as failed, and logged", async () => {
  const service = await createTestService(database.sql);
  const owner = service.client({ keys: PrivateKeys.generate("ed25519") });
  const { length: before } = await waiting();
  await owner.storeShare(new Uint8Array(10));
  await owner.call("updateFallback", { fallback: "jos\u00e9@example.com" });
  await using mailbox = await openMailbox({ knowsUtf8: false });
  const { SMTP_URL, MAIL_FROM } = mailbox.environment;
  const counted: string[] = [];
  const messageTried = (outcome: string) => void counted.push(outcome);
  const channel = countedChannel(emailChannel({ smtpUrl: SMTP_URL, from: MAIL_FROM }), { messageTried });
  const publicUrl = () => "https://shares.example.com";
  await deliverDue({ ...service.context, channels: [channel], publicUrl });
  expect(counted).toEqual(["failed"]);
  expect(mailbox.received).toEqual([]);
  expect(await waiting()).toHaveLength(before);
  expect(logged(service)).toMatchObject([
    {
      level: 40,
      outcome: "given-up",
      attempts: 1,
      err: { message: "mail server: no SMTPUTF8" },
      msg: "message not sent",
    },
  ]);
});
