/** Every function through the Worker in the real workerd, over Neon's protocol to a real Postgres. */
import { ARID, PrivateKeys, randomBytes } from "@bc/envelope";
import { buildRequest, fetchInfo, type KnownServer, Receipt, serverFromDocument } from "@bc/share-client";
import { documentToUR, encodeTransport, OPERATIONS, operationNames } from "@bc/share-protocol";
import { beforeAll, describe, expect, test } from "vitest";
import { changeServerKeys, writeServerKeys } from "../../src/server/server-keys.ts";
import type { NeonEndpoint } from "../../src/worker/neon-stand-in.ts";
import { readAnswer } from "../kit/answers.ts";
import { plainRequest } from "../kit/compose.ts";
import { alice, server } from "../kit/people.ts";
import { whyNoPostgres } from "../kit/postgres/cluster.ts";
import { traceOf } from "../kit/secrets.ts";
import { sshKeys } from "../kit/ssh-keys.ts";
import type { WebhookSink } from "../kit/webhook-sink.ts";
import { openStage, PUBLIC_URL, startWorker, type TestWorker } from "./workerd.ts";

const { storeShare } = OPERATIONS;

const skipped = whyNoPostgres();

let build: string;
let neon: NeonEndpoint;
let sink: WebhookSink;
let worker: TestWorker;
beforeAll(async () => {
  if (skipped) return;
  const stage = await openStage();
  ({ build, neon, sink, worker } = stage);
  return stage.close;
});

const share = new TextEncoder().encode("a share");
let people = 0;

/** A client with keys of its own, and a contact that nobody else has. */
function person(scheme: "schnorr" | "ed25519" | "ecdsa" = "ed25519") {
  people += 1;
  return {
    client: worker.client({ keys: PrivateKeys.generate(scheme) }),
    contact: `person${people}@example.com`,
  };
}

/** Presses the button behind the link, as a browser would. */
async function confirm(link: string | undefined): Promise<Response> {
  const token = new URL(link ?? "").searchParams.get("token") ?? "";
  return fetch(`${worker.url}/verify`, { method: "POST", body: new URLSearchParams({ token }) });
}

async function confirmedPerson() {
  const { client, contact } = person();
  await client.storeShare(share);
  await client.updateFallback(contact);
  const { data } = await sink.next(contact);
  expect((await confirm(data.link)).status).toBe(200);
  return { client, contact };
}

describe.skipIf(skipped)(`the Worker${skipped ? ` (${skipped})` : ""}`, () => {
  const ways = (["schnorr", "ed25519", "ecdsa"] as const).flatMap((scheme) =>
    [true, false].flatMap((sealed) =>
      (["cbor", "ur"] as const).map((format) => ({ scheme, sealed, format })),
    ),
  );

  test("names each request in its answer", async () => {
    const post = () => fetch(worker.url, { method: "POST", body: "no envelope" });
    const answers = [await post(), await post(), await fetch(`${worker.url}/health`)];
    const names = answers.map(({ headers }) => headers.get("x-request-id"));
    for (const name of names) expect(name).toMatch(/^[0-9a-f]{16}$/);
    expect(new Set(names).size).toBe(names.length);
  });

  test.each(ways)("stores, gives back and deletes: $scheme, sealed $sealed, $format", async (way) => {
    const client = worker.client({ ...way, keys: PrivateKeys.generate(way.scheme) });
    const items = [share, randomBytes(10_000)];
    const receipts = await Promise.all(items.map((item) => client.storeShare(item)));
    const [first, second] = receipts;
    if (first === undefined || second === undefined) throw new TypeError("no receipts");
    expect(first.equals(Receipt.of(client.identity.xid, share))).toBe(true);
    expect(await client.retrieveShares([second])).toEqual([{ receipt: second, data: items[1] }]);
    expect(await client.retrieveShares()).toHaveLength(2);
    await client.deleteShares([first]);
    await expect(client.retrieveShares([first])).rejects.toMatchObject({
      refusal: { code: "unknown-receipt" },
    });
    await client.deleteAllShares();
    expect(await client.retrieveShares()).toEqual([]);
  });

  test("sends a link for a new contact, and the page behind it confirms", async () => {
    const { client, contact } = person();
    await client.storeShare(share);
    await client.updateFallback(contact);
    const { type, data } = await sink.next(contact);
    expect({ type, kind: data.kind }).toEqual({ type: "fallback.validation", kind: "email" });
    expect(data.link).toMatch(/^https:\/\/shares\.test\/verify\?token=/);
    expect(await client.retrieveFallback()).toMatchObject({ contact, validated: false });

    const page = await fetch(data.link?.replace(PUBLIC_URL, worker.url) ?? "");
    expect(page.status).toBe(200);
    expect(page.headers.get("referrer-policy")).toBe("no-referrer");
    expect(await page.text()).toContain("Use this contact");
    expect(await client.retrieveFallback()).toMatchObject({ validated: false });

    expect(await (await confirm(data.link)).text()).toContain("Confirmed");
    expect(await client.retrieveFallback()).toMatchObject({ contact, validated: true });
  });

  test("moves an account to a new key, by link", async () => {
    const { client: lost, contact } = await confirmedPerson();
    const keys = PrivateKeys.generate("schnorr");
    const transfer = await worker.client({ keys }).fallbackTransfer(contact);
    expect(await transfer.send()).toEqual({ account: undefined });
    const { type, data } = await sink.next(contact);
    expect(type).toBe("fallback.transfer");
    expect((await confirm(data.link)).status).toBe(200);
    expect(await transfer.send()).toMatchObject({ account: lost.identity.xid });
    const found = worker.client({ keys, xid: lost.identity.xid });
    expect(await found.retrieveShares()).toMatchObject([{ data: share }]);
    await expect(lost.retrieveShares()).rejects.toMatchObject({ refusal: { code: "invalid-sender-key" } });
  });

  test("moves an account to a new key, by code", async () => {
    const { client: lost, contact } = await confirmedPerson();
    const successor = worker.client({ keys: PrivateKeys.generate("ed25519") });
    const transfer = await successor.fallbackTransfer(contact);
    await transfer.send();
    const { data } = await sink.next(contact);
    await expect(successor.verifyFallback("0000-0000")).rejects.toMatchObject({
      refusal: { code: "wrong-code" },
    });
    await successor.verifyFallback(data.code ?? "");
    expect(await transfer.send()).toMatchObject({ account: lost.identity.xid });
  });

  test("exchanges the key of an account", async () => {
    const { client } = person();
    const receipt = await client.storeShare(share);
    const keys = PrivateKeys.generate("ecdsa");
    await client.updatePublicKey(keys);
    const renewed = worker.client({ keys, xid: client.identity.xid });
    expect(await renewed.retrieveShares([receipt])).toMatchObject([{ data: share }]);
    await expect(client.retrieveShares()).rejects.toMatchObject({ refusal: { code: "invalid-sender-key" } });
  });

  test("opens, changes and moves an account by keys of SSH", async () => {
    const keys = sshKeys("ecdsa-sha2-nistp256");
    const opened = worker.client({ keys });
    const { xid } = opened.identity;
    const receipt = await opened.storeShare(share);
    const changedKeys = sshKeys("ssh-ed25519", { hash: "sha256", comment: "alice@example.com" });
    await opened.updatePublicKey(changedKeys);
    await expect(opened.retrieveShares()).rejects.toMatchObject({ refusal: { code: "invalid-sender-key" } });
    const changed = worker.client({ keys: changedKeys, xid });
    await changed.updateFallback("ssh@example.com");
    expect((await confirm((await sink.next("ssh@example.com")).data.link)).status).toBe(200);
    const movedKeys = sshKeys("ecdsa-sha2-nistp384");
    const transfer = await worker.client({ keys: movedKeys }).fallbackTransfer("ssh@example.com");
    await transfer.send();
    expect((await confirm((await sink.next("ssh@example.com")).data.link)).status).toBe(200);
    expect(await transfer.send()).toMatchObject({ account: xid });
    const owner = worker.client({ keys: movedKeys, xid });
    expect(await owner.retrieveShares([receipt])).toMatchObject([{ data: share }]);
    await owner.deleteAccount();
    await expect(owner.retrieveShares()).rejects.toMatchObject({ refusal: { code: "unknown-account" } });
  });

  test("forgets an account, which a replayed request does not bring back", async () => {
    const { client } = person();
    const storing = await client.prepare("storeShare", { data: share });
    const receipt = await storing.send();
    await client.deleteAccount();
    expect(await storing.send()).toEqual(receipt);
    await expect(client.retrieveShares()).rejects.toMatchObject({ refusal: { code: "unknown-account" } });
  });

  test("carries out a request once, however often and however concurrently it comes", async () => {
    const { client } = person();
    const storing = await client.prepare("storeShare", { data: share });
    const receipts = await Promise.all(Array.from({ length: 8 }, () => storing.send()));
    expect(new Set(receipts.map((it) => it.hex())).size).toBe(1);
    expect(await client.retrieveShares()).toHaveLength(1);
  });

  test("a first request that never ends holds up no other", async () => {
    await using cold = await startWorker({ neon, build });
    const stuck = new AbortController();
    const looks = () => neon.queries.filter((query) => query.includes("pg_proc")).length;
    const before = looks();
    neon.inject("silence", /pg_proc/);
    const ready = (options: RequestInit = {}) => fetch(`${cold.url}/ready`, options);
    const first = ready({ signal: stuck.signal });
    await expect.poll(looks).toBe(before + 1);
    // It asks the database once a second, and tells what it knows meanwhile: nothing yet.
    await expect.poll(async () => (await ready()).status).toBe(200);
    stuck.abort();
    await expect(first).rejects.toThrow("aborted");
  });

  test("refuses another request under a used ID", async () => {
    const id = ARID.generate();
    const codes: (string | undefined)[] = [];
    for (const data of [share, randomBytes(9)]) {
      const body = storeShare.encode({ data }).withParameter("recipient", server.xid.toCbor());
      const request = await plainRequest({ id, body, sender: alice, date: new Date() });
      codes.push((await post(request.cborData(), "application/cbor")).code);
    }
    expect(codes).toEqual([undefined, "id-reused"]);
  });

  async function post(body: string | Uint8Array, type: string) {
    const response = await fetch(worker.url, {
      method: "POST",
      body: typeof body === "string" ? body : new Uint8Array(body),
      headers: { "content-type": type },
    });
    const format = response.headers.get("content-type") === "application/cbor" ? "cbor" : "ur";
    const answer = await readAnswer(new Uint8Array(await response.arrayBuffer()), format, {
      server,
      wallets: [alice],
    });
    return { status: response.status, ...answer };
  }

  test.each([
    { body: "nonsense", type: "text/plain", status: 400, code: "malformed" },
    { body: "{}", type: "application/json", status: 415, code: "unsupported-media-type" },
    { body: "x".repeat(65_537), type: "text/plain", status: 413, code: "too-large" },
  ])("answers a body that is $code with $status, signed", async ({ body, type, status, code }) => {
    expect(await post(body, type)).toMatchObject({ status, code, early: true });
  });

  test("refuses a request for another server, and one that is not signed", async () => {
    const body = storeShare.encode({ data: share }).withParameter("recipient", alice.xid.toCbor());
    const elsewhere = await plainRequest({ id: ARID.generate(), body, sender: alice, date: new Date() });
    expect(await post(elsewhere.urString(), "text/plain")).toMatchObject({ code: "wrong-recipient" });
    expect(await post(elsewhere.subject().urString(), "")).toMatchObject({ status: 400, code: "not-signed" });
  });

  test("answers 503 while the database does not, and carries the request out when it is sent again", async () => {
    const { client } = person();
    await client.storeShare(share);
    const { envelope } = await buildRequest(
      { name: "storeShare", parameters: { data: randomBytes(20) } },
      client.identity,
      await serverFromDocument(server.document),
      { date: new Date(), sealed: true },
    );
    const body = new Uint8Array(encodeTransport(envelope, "cbor"));
    const send = () =>
      fetch(worker.url, { method: "POST", body, headers: { "content-type": "application/cbor" } });
    neon.inject("lost-answer", /store_share/);
    const failed = await send();
    expect([failed.status, failed.headers.get("retry-after")]).toEqual([503, "5"]);
    expect((await send()).status).toBe(200);
    expect(await client.retrieveShares()).toHaveLength(2);
  });

  test("tells about itself", async () => {
    const own = async (path: string) => (await fetch(worker.url + path)).text();
    expect(await own("/")).toBe(documentToUR(server.document));
    expect(await fetchInfo({ url: worker.url })).toMatchObject({
      xid: server.xid.hex(),
      functions: operationNames(true),
      fallback: { kinds: ["email", "phone", "uri"] },
    });
    expect([await own("/health"), await own("/ready"), await own("/robots.txt")]).toEqual([
      "ok",
      "ready",
      expect.stringContaining("Disallow: /"),
    ]);
  });

  test("shows browsers the exchange page, with the headers that keep it to itself", async () => {
    const browse = (path: string) => fetch(worker.url + path, { headers: { accept: "text/html,*/*;q=0.8" } });
    const page = await browse("/");
    expect(await page.text()).toContain("<!doctype html>");
    const script = await browse("/page/page.js");
    expect(await script.text()).not.toBe("");
    for (const { status, headers } of [page, script]) {
      expect(status).toBe(200);
      expect(headers.get("content-security-policy")).toContain("default-src 'none'");
    }
    // The recovery page's files are among the assets, but nobody has asked for it.
    for (const path of [
      "/index.en.html",
      "/page/nothing.js",
      "/recover",
      "/recover.en.html",
      "/page/recover.js",
    ])
      expect((await browse(path)).status, path).toBe(404);
  });

  test("shows the recovery page where it is asked for, free to ask other servers", async () => {
    await using recovering = await startWorker({ neon, build, vars: { RECOVERY_PAGE: "1" } });
    const browse = (path: string) =>
      fetch(recovering.url + path, { headers: { accept: "text/html", "accept-language": "de" } });
    const page = await browse("/recover");
    expect(await page.text()).toContain('<html lang="de"');
    expect(page.headers.get("content-security-policy")).toContain("connect-src https: http:");
    const script = await browse("/page/recover.js");
    expect([script.status, script.headers.get("content-type")]).toEqual([
      200,
      expect.stringContaining("text/javascript"),
    ]);
  });

  test("takes new keys from its secret, and answers who knows the old ones until their time is over", async () => {
    const [minute, grace] = [60, 2_592_000];
    const before = { privateKeys: server.privateKeys, retired: [] };
    const changed = await changeServerKeys(before, new Date(), grace);
    const SERVER_PRIVATE_KEYS = writeServerKeys(changed, ",");
    expect(SERVER_PRIVATE_KEYS.length).toBeLessThan(5_000);
    await using rotated = await startWorker({ neon, build, secrets: { SERVER_PRIVATE_KEYS } });
    const past = await changeServerKeys(before, new Date(Date.now() - 2 * minute * 1000), grace);
    const ended = { SERVER_PRIVATE_KEYS: writeServerKeys(past, ",") };
    await using over = await startWorker({
      neon,
      build,
      secrets: ended,
      vars: { IDENTITY_GRACE: `${minute}s` },
    });
    for (const { place, keys } of [
      { place: rotated, keys: changed },
      { place: over, keys: past },
    ]) {
      const told: KnownServer[] = [];
      const client = place.client({
        keys: PrivateKeys.generate("ed25519"),
        server: serverFromDocument(server.document),
        onRotation: (found) => void told.push(found),
      });
      const receipt = await client.storeShare(share);
      expect(await client.retrieveShares([receipt])).toHaveLength(1);
      expect(told.map((found) => found.keys.equals(keys.privateKeys.publicKeys()))).toEqual([true]);
    }
    expect(over.log().join("\n")).toContain("old keys whose time is over");
  });

  test("sends a message again, when its time has come, that the webhook did not take", async () => {
    const { client, contact } = person();
    await client.storeShare(share);
    sink.refuse(503);
    await client.updateFallback(contact);
    await expect.poll(() => worker.log().join("\n")).toContain('"outcome":"retry"');
    const poll = async () => {
      expect(await worker.scheduled()).toBe("ok");
      return sink.received.some(({ data }) => data.address === contact);
    };
    await expect.poll(poll, { interval: 2_000 }).toBe(true);
    expect(worker.log().join("\n")).toContain('"msg":"pruned"');
  });

  test("asks the database once a request, and looks for messages only after it", async () => {
    const { client } = person();
    await client.storeShare(share);
    const names = () => neon.queries.map((query) => /store\.(\w+)/.exec(query)?.[1]);
    const before = names().length;
    await client.retrieveShares();
    expect(
      names()
        .slice(before)
        .filter((name) => name !== "claim_messages"),
    ).toEqual(["retrieve_shares"]);
  });

  test("its log tells nothing that is somebody's own", () => {
    const log = worker.log().join("\n");
    expect(log).toContain("message sent");
    for (const secret of [server.privateKeys.signing.data, new Uint8Array(32).fill(1), share])
      expect(traceOf(secret, log)).toBeUndefined();
    for (const hidden of [new URL(neon.url).password, "@example.com", "token="])
      expect(log).not.toContain(hidden);
  });
});
