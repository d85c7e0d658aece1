import { Envelope, PrivateKeys } from "@bc/envelope";
import { serverFromUR } from "@bc/share-client";
import { encodeTransport, OPERATIONS } from "@bc/share-protocol";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bytesToHex } from "#bc/dcbor";
import { MultipartEncoder, UR } from "#bc/ur";
import { readAnswer } from "../../test/kit/answers.ts";
import { plainRequest, sealedRequest, sealFor } from "../../test/kit/compose.ts";
import { outcome } from "../../test/kit/outcome.ts";
import { alice, idOf, NOW, otherServer, server } from "../../test/kit/people.ts";
import { post } from "../../test/kit/post.ts";
import {
  createTestService,
  MAX_REQUEST_BYTES,
  openTestDatabase,
  type TestService,
} from "../../test/kit/service.ts";
import { requestRefusals } from "../../test/vectors/request-refusals.ts";
import { requestVectors } from "../../test/vectors/requests.ts";
import { CHALLENGES_PER_ORIGIN_PER_HOUR, LIMIT_WINDOW } from "../fallback/limits.ts";
import { FUNCTION_SET } from "../store/schema.ts";
import { StoreError } from "../store/sql.ts";

const { storeShare } = OPERATIONS;

const share = new TextEncoder().encode("a share");
const [accepted, refused] = await Promise.all([requestVectors(), requestRefusals()]);
const database = await openTestDatabase();
const service = await createTestService(database.sql);
afterAll(() => database.close());

/** A request to store the share, sealed, with an ID of its own. */
function storing(name: string): Promise<Envelope> {
  return sealedRequest({ id: idOf(name), body: storeShare.encode({ data: share }), sender: alice });
}

describe("a request is read as", () => {
  const stored = { status: 200, code: undefined };

  test.each([
    ["text without a type", (ur: string) => ur, undefined],
    ["plain text", (ur: string) => ur, "text/plain; charset=utf-8"],
    ["any text", (ur: string) => ur, "Text/X-UR"],
    ["text in upper case, as a QR code holds it", (ur: string) => ur.toUpperCase(), undefined],
    ["text between white space", (ur: string) => `\r\n\t ${ur}\n\n`, undefined],
  ])("%s", async (name, write, type) => {
    const body = new TextEncoder().encode(write((await storing(name)).urString()));
    const answer = await post(service, body, type === undefined ? {} : { type });
    expect(answer).toMatchObject({ ...stored, media: "text/plain; charset=utf-8" });
  });

  test("CBOR", async () => {
    const answer = await post(service, (await storing("CBOR")).cborData(), { type: "Application/CBOR; x=y" });
    expect(answer).toMatchObject({ ...stored, media: "application/cbor" });
  });

  test("no more lines of parts than a request can need, before any of them is decoded", async () => {
    const encoder = new MultipartEncoder((await storing("too many lines")).ur(), 100);
    const parts = Array.from({ length: 300 }, () => encoder.nextPart());
    expect(await post(service, parts.slice(0, 256).join("\n"))).toMatchObject(stored);
    expect(await post(service, parts.slice(0, 257).join("\n"))).toMatchObject({ code: "malformed" });
  });

  test("the parts of a multi-part UR, in any order and with more than are needed", async () => {
    const envelope = await storing("multi-part");
    const encoder = new MultipartEncoder(UR.parse(envelope.urString()), 100);
    const parts = Array.from({ length: encoder.partCount + 3 }, () => encoder.nextPart());
    expect(parts.length).toBeGreaterThan(5);
    expect(await post(service, parts.join("\n"))).toMatchObject(stored);
    expect(await post(service, parts.toReversed().join("\r\n").toUpperCase())).toMatchObject(stored);
    // The first part is lost; a mixed one stands in for it, or nothing does.
    expect(await post(service, parts.slice(0, encoder.partCount - 1).join("\n"))).toMatchObject({
      code: "malformed",
    });
  });
});

describe("the answer is", () => {
  test.each([
    ["application/cbor", "ur", "application/cbor"],
    ["text/plain", "cbor", "text/plain; charset=utf-8"],
    ["*/*", "cbor", "application/cbor"],
    ["text/html, */*;q=0.8", "ur", "text/plain; charset=utf-8"],
  ] as const)("for Accept %s to %s: %s", async (accept, format, media) => {
    const envelope = await storing("accept");
    const type = format === "cbor" ? "application/cbor" : "text/plain";
    expect(await post(service, encodeTransport(envelope, format), { type, accept })).toMatchObject({
      status: 200,
      media,
      code: undefined,
    });
    expect(await post(service, "nothing", { type, accept })).toMatchObject({ status: 400, media });
  });
});

describe("before a sender is known", () => {
  test("a request without a body is malformed", async () => {
    const response = await service.app.request("/", { method: "POST" });
    const answer = await readAnswer(new Uint8Array(await response.arrayBuffer()), "ur", { server });
    expect(answer).toMatchObject({ code: "malformed", early: true });
    expect(response.status).toBe(400);
  });

  test.each(["application/json", "multipart/form-data; boundary=x", "application/cbor-seq", "nonsense"])(
    "%s is no type of a request",
    async (type) => {
      const answer = await post(service, "{}", { type });
      expect(answer).toMatchObject({ status: 415, code: "unsupported-media-type", early: true });
      expect(answer.media).toContain("text/plain");
    },
  );

  test("a body that says it is too large is not read", async () => {
    const headers = { "content-length": String(MAX_REQUEST_BYTES + 1) };
    expect(await post(service, "ur:", { headers })).toMatchObject({
      status: 413,
      code: "too-large",
      early: true,
    });
  });

  test("a body that turns out to be too large is read no further", async () => {
    let pulled = 0;
    const endless = new ReadableStream({
      pull(controller) {
        pulled += 1;
        controller.enqueue(new Uint8Array(1024));
      },
    });
    const request = new Request("http://server.test/", {
      method: "POST",
      body: endless,
      headers: { "content-type": "application/cbor" },
      duplex: "half",
    } as RequestInit);
    const response = await service.app.request(request);
    expect(response.status).toBe(413);
    const answer = await readAnswer(new Uint8Array(await response.arrayBuffer()), "cbor", { server });
    expect(answer).toMatchObject({ code: "too-large" });
    expect(pulled).toBeLessThan(MAX_REQUEST_BYTES / 1024 + 5);
  });

  test("a body of just the allowed size is read", async () => {
    expect(await post(service, "x".repeat(MAX_REQUEST_BYTES))).toMatchObject({
      status: 400,
      code: "malformed",
    });
    expect(await post(service, "x".repeat(MAX_REQUEST_BYTES + 1))).toMatchObject({
      status: 413,
      code: "too-large",
    });
  });

  test("an address that asks too often is told when to come back, before its request is read", async () => {
    const limited = await createTestService(database.sql, { http: { requestsPerSecond: 1 } });
    for (let i = 0; i < 5; i++) expect(await post(limited, "x", {})).toMatchObject({ status: 400 });
    const answer = await post(limited, "x", { type: "application/json" });
    expect(answer).toMatchObject({ status: 429, code: "rate-limited", early: true });
    expect(answer.headers.get("retry-after")).toBe("1");
    limited.clock.now = new Date(NOW.getTime() + 1000);
    expect(await post(limited, "x", {})).toMatchObject({ status: 400 });
  });

  test("however many keys and addresses of its network somebody has, contacts are not asked without end", async () => {
    let address = "2001:db8::1";
    const http = { requestsPerSecond: 1_000, addressOf: () => address };
    const limited = await createTestService(database.sql, { http });
    const ask = (name: string) => {
      const client = limited.client({ keys: PrivateKeys.generate("ed25519") });
      return outcome(client.call("fallbackTransfer", { fallback: `${name}@example.com` }));
    };
    for (let i = 0; i < CHALLENGES_PER_ORIGIN_PER_HOUR; i++) {
      address = `2001:db8::${i.toString(16)}`;
      expect(await ask(`person-${i}`)).toBe("ok");
    }
    expect(await ask("one-more")).toBe("rate-limited");
    address = "2001:db8:0:1::1";
    expect(await ask("somebody-elses")).toBe("ok");
    address = "2001:db8::1";
    limited.clock.now = new Date(NOW.getTime() + LIMIT_WINDOW * 1000);
    expect(await ask("later")).toBe("ok");
  });

  test("a large answer counts as several requests", async () => {
    const limited = await createTestService(database.sql, { http: { requestsPerSecond: 1 } });
    const client = limited.client({ keys: PrivateKeys.generate("ed25519") });
    for (let i = 0; i < 30; i++) {
      limited.clock.now = new Date(limited.clock.now.getTime() + 1_000);
      await client.storeShare(Uint8Array.from({ length: 9_000 }, () => i));
    }
    limited.clock.now = new Date(limited.clock.now.getTime() + 5_000);
    expect(await client.retrieveShares()).toHaveLength(30);
    expect(await outcome(client.retrieveShares())).toBe("rate-limited");
    limited.clock.now = new Date(limited.clock.now.getTime() + 1_000);
    expect(await client.retrieveShares()).toHaveLength(30);
  });

  test("the confirmation page counts as well, since each look at it is one at the database", async () => {
    const limited = await createTestService(database.sql, { http: { requestsPerSecond: 1 } });
    const look = () => limited.app.request("/verify?token=none");
    for (let i = 0; i < 5; i++) expect((await look()).status).toBe(404);
    const refusedLook = await look();
    expect([refusedLook.status, refusedLook.headers.get("retry-after")]).toEqual([429, "1"]);
    expect((await limited.app.request("/verify", { method: "POST" })).status).toBe(429);
  });
});

describe("each request of the refused vectors is answered with its code", () => {
  const beforeSender = new Set([
    "malformed",
    "unknown-recipient",
    "not-signed",
    "bad-signature",
    "bad-key",
    "obscured",
  ]);

  test.each(refused)("$code: $name", async ({ code, envelope }) => {
    const answer = await post(service, envelope.cborData(), { type: "application/cbor" });
    expect(answer.code).toBe(code);
    expect(answer.status).toBe(answer.early ? 400 : 200);
    if (beforeSender.has(code)) expect(answer.early).toBe(true);
  });
});

test.each(accepted)("accepts the vector $name", async ({ envelope, sender }) => {
  const { app } = service;
  // Reading needs an account; a replayed storeShare costs nothing.
  await service.client({ keys: sender.privateKeys }).storeShare(share);
  const response = await app.request("/", { method: "POST", body: envelope.urString() });
  const answered = new Uint8Array(await response.arrayBuffer());
  const answer = await readAnswer(answered, "ur", { server, wallets: [sender] });
  expect([response.status, answer.code]).toEqual([200, undefined]);
});

describe("GET", () => {
  let text: string;
  beforeAll(async () => {
    text = await (await service.app.request("/")).text();
  });

  test("/ gives the server's document as text, or as CBOR", async () => {
    expect(serverFromUR(text).xid.equals(server.xid)).toBe(true);
    const response = await service.app.request("/", { headers: { accept: "application/cbor" } });
    expect(response.headers.get("content-type")).toBe("application/cbor");
    const bytes = new Uint8Array(await response.arrayBuffer());
    expect(bytesToHex(bytes).startsWith("d99c58d8c8")).toBe(true);
    expect(Envelope.fromCborData(bytes.slice(3)).isIdenticalTo(server.document)).toBe(true);
  });

  test("/info tells what the server does and takes", async () => {
    expect(await (await service.app.request("/info")).json()).toMatchObject({
      name: "share-server",
      xid: server.xid.hex(),
      functions: expect.arrayContaining(["storeShare", "retrieveShares"]),
      limits: { maxRequestBytes: MAX_REQUEST_BYTES, maxShareBytes: 10_000, maxShares: 1_000 },
      window: { maxAge: 86_400, maxAhead: 300 },
    });
  });

  test("/health does without the store, /ready does not", async () => {
    const down = await createTestService(async () => {
      throw new StoreError("unavailable", "connection lost");
    });
    const statuses = async ({ app }: TestService) =>
      Promise.all(["/health", "/ready"].map(async (path) => (await app.request(path)).status));
    expect(await statuses(service)).toEqual([200, 200]);
    expect(await statuses(down)).toEqual([200, 503]);
  });

  test("/ready says no to a schema that this program does not know", async () => {
    await database.sql("update store.function_set set checksum = 'another program''s' where is_current", []);
    try {
      expect((await service.app.request("/ready")).status).toBe(503);
    } finally {
      await database.sql("update store.function_set set checksum = $1", [FUNCTION_SET]);
    }
    expect((await service.app.request("/ready")).status).toBe(200);
  });

  test("anything else is not found", async () => {
    for (const path of ["/nothing", "/../etc/passwd", "/info/", "//"]) {
      const response = await service.app.request(path);
      expect([path, response.status, await response.text()]).toEqual([path, 404, "not found"]);
    }
    expect((await service.app.request("/", { method: "PUT" })).status).toBe(404);
  });
});

describe("every answer", () => {
  const responses: readonly (readonly [string, string, RequestInit, number])[] = [
    ["a document", "/", {}, 200],
    ["an early failure", "/", { method: "POST", body: "x" }, 400],
    ["a refused type", "/", { method: "POST", body: "x", headers: { "content-type": "image/png" } }, 415],
    ["a wrong path", "/nothing", {}, 404],
  ];

  test.each(responses)(
    "may be read by any page, and kept by nobody: %s",
    async (_name, path, init, status) => {
      const origin = "https://wallet.example";
      const response = await service.app.request(path, { ...init, headers: { ...init.headers, origin } });
      const { headers } = response;
      expect(response.status).toBe(status);
      expect(headers.get("access-control-allow-origin")).toBe("*");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("cache-control")).toBe("no-store");
    },
  );

  test("a page may ask beforehand whether it may post CBOR", async () => {
    const response = await service.app.request("/", {
      method: "OPTIONS",
      headers: {
        origin: "https://wallet.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type",
      },
    });
    expect(response.status).toBe(204);
    expect(response.headers.get("access-control-allow-methods")).toContain("POST");
    expect(response.headers.get("access-control-allow-headers")).toContain("content-type");
  });

  test("tells nothing of where it failed", async () => {
    const sealedToAnother = await sealFor(
      otherServer,
      await plainRequest({ id: idOf("stack"), body: storeShare.encode({ data: share }), sender: alice }),
    );
    for (const body of ["x", "ur:envelope/", "ur:seed/oyadgdaawzwplrbdhd", sealedToAnother.urString()]) {
      const response = await service.app.request("/", { method: "POST", body });
      const flat = Envelope.fromURString(await response.text())
        .tryUnwrap()
        .formatFlat();
      expect(flat).not.toMatch(/\.ts|node_modules|Error:|at [A-Za-z]+ \(/);
    }
  });
});
