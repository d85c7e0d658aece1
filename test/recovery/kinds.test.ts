/**
 * The whole of it over three kinds of servers: the embedded database, Postgres, and the Worker; with the real command and
 * real mail. A seed is backed up; a server and the person's whole folder are destroyed; the seed comes back by mail.
 */
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { Envelope } from "@bc/envelope";
import { secretEnvelope } from "@bc/share-client";
import { newServerKeys } from "@bc/share-protocol";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type NeonEndpoint, openNeonEndpoint } from "../../src/worker/neon-stand-in.ts";
import { openMailRelay } from "../kit/mail-relay.ts";
import { codeOptions, type Mailbox, openMailbox } from "../kit/mailbox.ts";
import { whyNoPostgres } from "../kit/postgres/cluster.ts";
import { createTestDatabase } from "../kit/postgres/database.ts";
import { newUser, type User } from "../kit/share-command.ts";
import { startServer, type TestServer } from "../kit/spawn-server.ts";
import type { WebhookSink } from "../kit/webhook-sink.ts";
import { startWorker, type TestWorker } from "../worker/workerd.ts";
import { SEED } from "./places.ts";

const skipped = whyNoPostgres();
/** What the Worker calls itself in its links: it is not told where it listens. */
const PUBLIC_URL = "https://worker.test";

let mailbox: Mailbox;
let relay: WebhookSink;
let neon: NeonEndpoint;
let worker: TestWorker;
let embedded: TestServer;
let onPostgres: TestServer;
beforeAll(async () => {
  if (skipped) return;
  mailbox = await openMailbox();
  relay = await openMailRelay(mailbox);
  const [first, second] = [await createTestDatabase(), await createTestDatabase()];
  neon = await openNeonEndpoint(second.url("share_server"));
  const secrets = { SERVER_PRIVATE_KEYS: newServerKeys().urString() };
  [embedded, onPostgres, worker] = await Promise.all([
    startServer(mailbox.environment),
    startServer({ ...mailbox.environment, DATABASE_URL: first.url("share_server") }),
    startWorker({ neon, secrets, vars: { PUBLIC_URL, ...relay.environment } }),
  ]);
});
afterAll(async () => {
  if (skipped) return;
  await Promise.all([worker.close(), embedded.stop(), onPostgres.stop()]);
  await Promise.all([neon.close(), relay.close(), mailbox.close()]);
});

function codesOf(contact: string, count: number): Promise<readonly string[]> {
  return codeOptions(mailbox, contact, count, (origin) => (origin === PUBLIC_URL ? worker.url : origin));
}

/** Backs the seed up, with the contact confirmed everywhere, and ends with nothing left of the person's device but the sheet. */
async function backUpAndLose(
  contact: string,
  urls: readonly string[],
  options: readonly string[] = [],
): Promise<string> {
  const owner = await newUser();
  await backUp(owner, contact, urls, options);
  const { stdout: sheet } = await owner.share(["sheet"]);
  await rm(owner.folder, { recursive: true });
  return sheet;
}

async function backUp(owner: User, contact: string, urls: readonly string[], options: readonly string[]) {
  await owner.file("seed.ur", `${SEED}\n`);
  const to = urls.flatMap((url) => ["--to", url]);
  const made = await owner.share(["backup", "seed.ur", ...to, "--fallback", contact, ...options]);
  expect(made).toMatchObject({ code: 0 });
  const codes = await codesOf(contact, urls.length);
  const confirmed = await owner.share(["backup", "--fallback", contact, ...codes, "--json"]);
  expect(JSON.parse(confirmed.stdout).places).toEqual(
    urls.map((url) => ({ url, stored: true, proven: true, contact, confirmed: true })),
  );
}

/** Recovers on a bare device: asks, takes the codes that so many mails bring, and compares with the seed, byte by byte. */
async function expectRecovery(args: readonly string[], contact: string, mails: number, sheet?: string) {
  const bare = await newUser();
  if (sheet !== undefined) await bare.file("sheet.txt", sheet);
  const asked = await bare.share(["recover", ...args, "--fallback", contact]);
  expect(asked).toMatchObject({ code: 3, stdout: expect.stringContaining("Not enough shares yet") });
  const codes = await codesOf(contact, mails);
  const done = await bare.share(["recover", ...codes, "-o", "seed.ur"]);
  expect(done).toMatchObject({ code: 0, stdout: expect.stringContaining("seed.ur  from ") });
  const found = (await readFile(join(bare.folder, "seed.ur"), "utf8")).trim();
  expect(found).toBe(SEED);
  expect(secretEnvelope(found).digest().hex()).toBe(secretEnvelope(SEED).digest().hex());
  return { bare, asked, done };
}

describe.skipIf(skipped)(`three kinds of servers${skipped ? ` (${skipped})` : ""}`, () => {
  test("groups: the one server of the second group is enough, and so are the two of the first", async () => {
    const urls = [embedded.url(), onPostgres.url(), worker.url];
    const contact = "groups@example.com";
    await backUpAndLose(contact, urls, ["--groups", "2of2,1of1", "--group-threshold", "1", "--no-hints"]);
    await expectRecovery([worker.url], contact, 1);
    await expectRecovery([embedded.url(), onPostgres.url()], contact, 2);
  });

  test("grown to three of five: any three, and no two", async () => {
    await using fourth = await startServer(mailbox.environment);
    await using fifth = await startServer(mailbox.environment);
    const urls = [embedded.url(), onPostgres.url(), worker.url];
    const contact = "grown@example.com";
    const owner = await newUser();
    await backUp(owner, contact, urls, ["--grow", "3of5", "--no-hints"]);
    const grow = ["grow", "--to", fourth.url(), "--to", fifth.url()];
    expect(await owner.share(grow)).toMatchObject({ code: 0 });
    const codes = await codesOf(contact, 2);
    expect(await owner.share([...grow, ...codes])).toMatchObject({ code: 0 });
    // The first shares, of which two are enough, are given up.
    expect(await owner.share(["rotate"])).toMatchObject({ code: 0 });
    await rm(owner.folder, { recursive: true });

    const bare = await newUser();
    await bare.share(["recover", worker.url, fourth.url(), "--fallback", contact]);
    expect(await bare.share(["recover", ...(await codesOf(contact, 2))])).toMatchObject({
      code: 3,
      stdout: expect.stringMatching(/(the account has come, with 1 share\n.*){2}Not enough shares yet/),
    });
    await bare.share(["recover", fifth.url(), "--fallback", contact]);
    const done = await bare.share(["recover", ...(await codesOf(contact, 1)), "--json"]);
    const { recovered } = JSON.parse(done.stdout);
    expect(recovered).toHaveLength(1);
    const found = Envelope.fromURString(recovered[0].envelope);
    expect(found.digest().hex()).toBe(secretEnvelope(SEED).digest().hex());
    expect([...recovered[0].from].sort()).toEqual([worker.url, fourth.url(), fifth.url()].sort());
  });

  test("two of three: one server and the person's device are destroyed, and the seed comes back by mail", async () => {
    const urls = [embedded.url(), onPostgres.url(), worker.url];
    const contact = "alice@example.com";
    const sheet = await backUpAndLose(contact, urls);
    await embedded.stop();
    const { bare, asked } = await expectRecovery(["sheet.txt"], contact, 2, sheet);
    expect(asked.stderr).toContain(`share: ${urls[0]}: cannot reach ${urls[0]}`);
    const status = await bare.share(["status", "--json"]);
    expect(JSON.parse(status.stdout)).toMatchObject(
      [...urls.slice(1)].sort().map(() => ({ backup: "recovered", proven: true, contact, confirmed: true })),
    );
  });
});
