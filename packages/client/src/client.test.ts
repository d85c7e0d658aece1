import { loadPostQuantum, PrivateKeys } from "@bc/envelope";
import { documentFor, documentToUR, identityOf, Receipt } from "@bc/share-protocol";
import { expect, test } from "vitest";
import { createPeer } from "../../../test/kit/peer.ts";
import { type ClientOptions, createClient } from "./client.ts";
import { ClientError } from "./client-error.ts";
import { fetchInfo } from "./fetch-info.ts";
import { serverFromUR } from "./known-server.ts";

const now = () => new Date("2026-11-22T10:00:00.789Z");
const url = "http://peer.test";
const share = new TextEncoder().encode("a share");

function setUp(options: Partial<ClientOptions> = {}) {
  const peer = createPeer(now);
  const keys = PrivateKeys.generate();
  const client = createClient({ url, keys, now, transport: peer.transport, ...options });
  return { peer, client, keys };
}

test.each([
  { sealed: true, format: "cbor" },
  { sealed: true, format: "ur" },
  { sealed: false, format: "cbor" },
  { sealed: false, format: "ur" },
] as const)("stores a share and gets it back: %o", async (options) => {
  const { client } = setUp(options);
  const receipt = await client.storeShare(share);
  expect(receipt.equals(Receipt.of(client.identity.xid, share))).toBe(true);
  expect(await client.retrieveShares([receipt])).toEqual([{ receipt, data: share }]);
  expect(await client.retrieveShares()).toHaveLength(1);
});

test.each([
  ["ed25519", "x25519"],
  ["ecdsa", "x25519"],
  ["mldsa44", "mlkem512"],
  ["mldsa65", "mlkem768"],
  ["mldsa87", "mlkem1024"],
  ["mldsa65", "x25519"],
  ["schnorr", "mlkem768"],
] as const)("stores a share under keys of %s and %s", async (signing, encapsulation) => {
  await loadPostQuantum();
  const { client } = setUp({ keys: PrivateKeys.generate(signing, encapsulation) });
  const receipt = await client.storeShare(share);
  expect(await client.retrieveShares([receipt])).toEqual([{ receipt, data: share }]);
});

test("an account keeps its XID, and so its receipts, under other keys", async () => {
  const account = identityOf(PrivateKeys.generate()).xid;
  const { client } = setUp({ xid: account });
  expect((await client.storeShare(share)).equals(Receipt.of(account, share))).toBe(true);
});

test("a refusal of the server becomes an error with the server's code", async () => {
  const { client } = setUp();
  await expect(client.retrieveShares([Receipt.of(client.identity.xid, share)])).rejects.toMatchObject({
    name: "ClientError",
    code: "refused",
    refusal: { code: "unknown-receipt", early: false },
  });
});

test("the server is fetched once, also by calls at the same time, and again after a failure", async () => {
  const { peer } = setUp();
  const methods: string[] = [];
  let down = true;
  const transport = async (request: Request) => {
    methods.push(request.method);
    if (down) throw new TypeError("fetch failed");
    return peer.transport(request);
  };
  const client = createClient({ url, keys: PrivateKeys.generate(), now, transport });
  await expect(client.server()).rejects.toMatchObject({ code: "unreachable" });
  expect(methods).toEqual(["GET", "GET"]);
  down = false;
  await Promise.all([client.storeShare(share), client.storeShare(share.slice(1))]);
  expect(methods.slice(2).sort()).toEqual(["GET", "POST", "POST"]);
});

test("a server that is known already is not fetched", async () => {
  const { peer } = setUp();
  const transport = (request: Request) => {
    expect(request.method).toBe("POST");
    return peer.transport(request);
  };
  const client = createClient({ url, keys: PrivateKeys.generate(), now, transport, server: peer.server });
  expect(await client.retrieveShares()).toEqual([]);
});

test("a request whose answer is lost is sent once more, byte for byte", async () => {
  const { peer } = setUp();
  let lost = 0;
  const transport = async (request: Request) => {
    const response = await peer.transport(request);
    if (request.method === "POST" && lost++ === 0) throw new TypeError("connection reset");
    return response;
  };
  const client = createClient({ url, keys: PrivateKeys.generate(), now, transport });
  await client.storeShare(share);
  expect(peer.posted).toHaveLength(2);
  expect(peer.posted[0]).toEqual(peer.posted[1]);
});

test("a prepared call can be sent again, and stays the same request", async () => {
  const { peer, client } = setUp();
  const prepared = await client.prepare("storeShare", { data: share });
  const [first, second] = [await prepared.send(), await prepared.send()];
  expect(first.equals(second)).toBe(true);
  expect(peer.posted).toEqual([prepared.envelope.cborData(), prepared.envelope.cborData()]);
});

test("a call that another client prepared for the same keys can be taken up again", async () => {
  const { peer, client, keys } = setUp();
  const { id, envelope } = await client.prepare("storeShare", { data: share });
  const other = createClient({ url, keys, now, transport: peer.transport });
  const receipt = await other.resume("storeShare", { data: share }, { id, envelope }).send();
  expect(receipt.equals(Receipt.of(other.identity.xid, share))).toBe(true);
  expect(peer.posted).toEqual([envelope.cborData()]);
});

test("what stays unreachable or unavailable is tried twice and no more", async () => {
  for (const fail of [
    () => Promise.reject(new TypeError("fetch failed")),
    () => Promise.resolve(new Response("<h1>no</h1>", { status: 503 })),
  ]) {
    let tries = 0;
    const transport = () => {
      tries++;
      return fail();
    };
    const { client } = setUp({ transport });
    await expect(client.storeShare(share)).rejects.toMatchObject({ code: "unreachable" });
    expect(tries).toBe(2);
  }
});

test("an answer that never comes is given up", async () => {
  const transport = (request: Request) =>
    new Promise<Response>((_, reject) =>
      request.signal.addEventListener("abort", () => reject(request.signal.reason)),
    );
  const { client } = setUp({ transport, timeout: 5 });
  await expect(client.server()).rejects.toMatchObject({ code: "unreachable" });
});

test.each([
  { name: "the transport does not heed its signal", transport: () => new Promise<Response>(() => {}) },
  { name: "its body stops", transport: async () => new Response(new ReadableStream()) },
])("an answer is given up even where $name", async ({ transport }) => {
  const { client } = setUp({ transport, timeout: 5 });
  await expect(client.server()).rejects.toMatchObject({
    code: "unreachable",
    cause: { name: "TimeoutError" },
  });
});

test("where the server is not available, why its answer can't be read is left out", async () => {
  const { client } = setUp({ transport: async () => new Response("", { status: 503 }) });
  const error: unknown = await client.server().catch((thrown) => thrown);
  expect(error).toMatchObject({ message: `${url} is not available (HTTP 503)` });
  expect(error).not.toHaveProperty("cause");
});

test("an answer without end is not read to its end", async () => {
  const endless = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(1000)) });
  const { client } = setUp({ transport: async () => new Response(endless), maxAnswerBytes: 10_000 });
  await expect(client.server()).rejects.toMatchObject({ code: "bad-answer" });
});

test.each([
  { status: 404, body: "not found", code: "bad-answer" },
  { status: 200, body: "<html>", code: "bad-answer" },
  { status: 502, body: "bad gateway", code: "unreachable" },
  { status: 429, body: "slow down", code: "unreachable" },
])("something else at that address is no server: $status $body", async ({ status, body, code }) => {
  const { peer, client } = setUp({ transport: async () => new Response(body, { status }) });
  await expect(client.server()).rejects.toMatchObject({ code });
  await expect(
    fetchInfo({ url, transport: async () => new Response(body, { status }) }),
  ).rejects.toMatchObject({
    code,
  });
  const knowing = setUp({ server: peer.server, transport: async () => new Response(body, { status }) });
  await expect(knowing.client.storeShare(share)).rejects.toMatchObject({ code });
});

test("the server that is expected is taken, another one is not", async () => {
  const { peer } = setUp();
  const expecting = setUp({ transport: peer.transport, expectedServer: peer.identity.xid });
  expect(await expecting.client.retrieveShares()).toEqual([]);
  const mistaken = setUp({ transport: peer.transport, expectedServer: expecting.client.identity.xid });
  await expect(mistaken.client.storeShare(share)).rejects.toMatchObject({ code: "wrong-server" });
});

test("a document with a foreign encryption key under the expected XID is found out before anything is sealed", async () => {
  const { peer } = setUp();
  const foreign = identityOf(
    new PrivateKeys(peer.identity.privateKeys.signing, PrivateKeys.generate().encapsulation),
  );
  expect(foreign.xid.equals(peer.identity.xid)).toBe(true);
  const transport = (request: Request) =>
    request.method === "GET"
      ? Promise.resolve(new Response(documentToUR(foreign.document)))
      : peer.transport(request);
  const { client } = setUp({ transport, expectedServer: peer.identity.xid });
  await expect(client.storeShare(share)).rejects.toMatchObject({
    code: "wrong-server",
    message: `the server at ${url} does not sign the document it gives`,
  });
});

test("a document that claims a XID without its key is no server", async () => {
  const [one, two] = [identityOf(PrivateKeys.generate()), identityOf(PrivateKeys.generate())];
  const foreign = serverFromUR(documentToUR(documentFor(one.xid, two.publicKeys)));
  await expect(foreign).rejects.toThrow(ClientError);
  await expect(serverFromUR(one.xid.urString())).rejects.toThrow(ClientError);
  expect((await serverFromUR(documentToUR(one.document))).xid.equals(one.xid)).toBe(true);
});

test("a server under a path is spoken to under that path, and no redirect is followed", async () => {
  const seen: string[] = [];
  const transport = async (request: Request) => {
    seen.push(`${request.method} ${request.url} ${request.redirect}`);
    return Response.json({ name: "share server" });
  };
  expect(await fetchInfo({ url: "https://host.test/shares/", transport })).toEqual({ name: "share server" });
  expect(seen).toEqual(["GET https://host.test/shares/info manual"]);
});

test("a request larger than the server takes is not sent, and a small one asks for no limit", async () => {
  const sent: string[] = [];
  const { peer } = setUp();
  const limited = (limits: object) => async (request: Request) => {
    const { pathname } = new URL(request.url);
    sent.push(`${request.method} ${pathname}`);
    return pathname === "/info" ? Response.json({ limits }) : peer.transport(request);
  };
  const large = new Uint8Array(20_000);

  const { client } = setUp({ transport: limited({ maxRequestBytes: 20_000 }) });
  await client.storeShare(share);
  expect(sent).toEqual(["GET /", "POST /"]);
  await expect(client.storeShare(large)).rejects.toMatchObject({
    code: "too-large",
    message: expect.stringMatching(/^the request has 20\d\d\d bytes, and http:\/\/peer\.test takes 20000$/),
  });
  expect(sent).toEqual(["GET /", "POST /", "GET /info"]);

  for (const limits of [{ maxRequestBytes: 30_000 }, { maxRequestBytes: "none" }, {}]) {
    await setUp({ transport: limited(limits) }).client.storeShare(large);
  }
  await setUp({ transport: peer.transport }).client.storeShare(large);
});
