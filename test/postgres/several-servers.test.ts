/** Several processes on one Postgres are one server: to wallets, to contacts, and to each other. */

import { PrivateKeys, randomBytes } from "@bc/envelope";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PostgresDatabase } from "../../src/store/drivers/postgres.ts";
import { whyNoPostgres } from "../kit/postgres/cluster.ts";
import { createTestDatabase, type TestDatabase } from "../kit/postgres/database.ts";
import { receiveWebhooks, type WebhookReceiver } from "../kit/postgres/webhook.ts";
import { startServer, type TestServer } from "../kit/spawn-server.ts";

const skipped = whyNoPostgres();

describe.skipIf(skipped)(`two servers on one Postgres${skipped ? ` (${skipped})` : ""}`, () => {
  let database: TestDatabase;
  let owner: PostgresDatabase;
  let webhook: WebhookReceiver;
  let one: TestServer;
  let other: TestServer;

  beforeAll(async () => {
    database = await createTestDatabase();
    owner = database.connect("share_owner", 2);
    webhook = await receiveWebhooks();
    const environment = { DATABASE_URL: database.url("share_server"), ...webhook.environment };
    one = await startServer(environment);
    // The same secrets are what makes them one.
    other = await startServer({ ...environment, DATA_DIR: one.folder });
  });
  afterAll(async () => {
    await Promise.all([one.stop(), other.stop(), owner.close()]);
    await webhook[Symbol.asyncDispose]();
  });

  const send = (request: Request, { url }: TestServer) =>
    fetch(new Request(new URL(new URL(request.url).pathname, url()), request));

  /** A wallet that sends every request to both servers at once, and hears the answer of one. */
  function walletOfBoth(keys: PrivateKeys, heard: { server: TestServer }) {
    return one.client({
      keys,
      transport: async (request) => {
        const answers = await Promise.all([send(request.clone(), one), send(request.clone(), other)]);
        expect(answers.map(({ status }) => status)).toEqual([200, 200]);
        const [first, second] = answers;
        return heard.server === one ? first : second;
      },
    });
  }

  test("run a request that reaches both once, and give it the same outcome", async () => {
    const heard = { server: one };
    const keys = PrivateKeys.generate("ed25519");
    const wallet = walletOfBoth(keys, heard);
    for (let round = 0; round < 10; round++) {
      const call = await wallet.prepare("storeShare", { data: randomBytes(100) });
      heard.server = one;
      const receipt = await call.send();
      heard.server = other;
      expect((await call.send()).hex()).toBe(receipt.hex());
    }
    expect(await one.client({ keys }).retrieveShares()).toHaveLength(10);

    const next = PrivateKeys.generate("ed25519");
    const change = await wallet.prepare("updatePublicKey", { newPublicKey: next.publicKeys() });
    heard.server = one;
    await change.send();
    heard.server = other;
    await change.send();
    const { xid } = wallet.identity;
    expect(await other.client({ keys: next, xid }).retrieveShares()).toHaveLength(10);
    await expect(one.client({ keys }).retrieveShares()).rejects.toMatchObject({
      refusal: { code: "invalid-sender-key" },
    });
  });

  test("send each message once, and take a code from either: an account moves to a new key", async () => {
    const keys = PrivateKeys.generate("ed25519");
    const wallet = walletOfBoth(keys, { server: one });
    const data = randomBytes(200);
    await wallet.storeShare(data);
    await wallet.updateFallback("alice@example.com");
    const validation = await webhook.message("fallback.validation");
    await other.client({ keys }).verifyFallback(validation.code ?? "");

    const newKeys = PrivateKeys.generate("ed25519");
    const asked = await walletOfBoth(newKeys, { server: other }).fallbackTransfer("alice@example.com");
    await asked.send();
    const transfer = await webhook.message("fallback.transfer");
    await one.client({ keys: newKeys }).verifyFallback(transfer.code ?? "");
    const { xid } = wallet.identity;
    const shares = await other.client({ keys: newKeys, xid }).retrieveShares();
    expect(shares.map((share) => share.data)).toEqual([data]);

    await webhook.message("fallback.key-changed");
    // An empty outbox has nothing more to send.
    while ((await owner.sql("select 1 from store.outbox", [])).length > 0);
    expect(new Set(webhook.received.map(({ id }) => id)).size).toBe(webhook.received.length);
    expect(webhook.received.map(({ type }) => type).sort()).toEqual([
      "fallback.key-changed",
      "fallback.transfer",
      "fallback.validation",
    ]);
  });
});

describe.skipIf(skipped)(`a server of several processes${skipped ? ` (${skipped})` : ""}`, () => {
  test("shares the port, replaces a process that dies, adds up the metrics and stops clean", async () => {
    const database = await createTestDatabase();
    await using server = await startServer({
      DATABASE_URL: database.url("share_server"),
      WORKERS: "2",
      LOG_LEVEL: "debug",
    });
    const client = server.client({ keys: PrivateKeys.generate("ed25519") });
    const count = async () => {
      const text = await (await fetch(new URL("/metrics", server.url()))).text();
      return Number(
        /^share_server_requests_total\{function="storeShare",outcome="ok"\} (\d+)$/m.exec(text)?.[1],
      );
    };
    const workers = () =>
      server
        .log()
        .split("\n")
        .filter((line) => line.includes('"pid"') && line.includes('"listening"'))
        .map((line) => (JSON.parse(line) as { pid: number }).pid);
    const listening = async (number: number) => {
      while (workers().length < number) await client.retrieveShares();
    };

    for (let index = 0; index < 12; index++) await client.storeShare(randomBytes(50));
    await listening(2);
    expect(await count()).toBe(12);

    const [victim] = workers();
    if (victim === undefined) throw new Error("no worker");
    process.kill(victim, "SIGKILL");
    while (!server.log().includes("a worker ended")) await client.retrieveShares().catch(() => undefined);
    await listening(3);
    for (let index = 0; index < 5; index++) await client.storeShare(randomBytes(50));
    expect(await client.retrieveShares()).toHaveLength(17);

    const ended = await server.kill("SIGTERM");
    expect(ended).toMatchObject({ code: 0, signal: null, stderr: "" });
    expect(server.log().match(/"stopped"/g)).toHaveLength(2);
    expect(server.log().trimEnd().split("\n").at(-1)).toContain('"all stopped"');
  });
});
