/** What `POST /` means, over each of its two ways in: the fetch API, and Node's own HTTP. */
import { Envelope, flatNotation, PrivateKeys } from "@bc/envelope";
import { encodeTransport, MAX_PARTS, OPERATIONS } from "@bc/share-protocol";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MultipartEncoder, UR } from "#bc/ur";
import { readAnswer } from "../../test/kit/answers.ts";
import { plainRequest, sealedRequest, sealFor } from "../../test/kit/compose.ts";
import { openNodeTransport } from "../../test/kit/node-transport.ts";
import { outcome } from "../../test/kit/outcome.ts";
import { alice, idOf, NOW, otherServer, server } from "../../test/kit/people.ts";
import { post } from "../../test/kit/post.ts";
import {
  createTestService,
  fetchTransport,
  MAX_REQUEST_BYTES,
  openTestDatabase,
  type TestService,
} from "../../test/kit/service.ts";
import { requestRefusals } from "../../test/vectors/request-refusals.ts";
import { requestVectors } from "../../test/vectors/requests.ts";
import { CHALLENGES_PER_NETWORK_PER_HOUR, LIMIT_WINDOW } from "../fallback/challenge-limits.ts";
import type { ExchangeOptions } from "./exchange.ts";

const { storeShare } = OPERATIONS;

const ADDRESS = "http://server.test/";
const share = new TextEncoder().encode("a share");
const [accepted, refused] = await Promise.all([requestVectors(), requestRefusals()]);
const database = await openTestDatabase();
const onNode = openNodeTransport();
afterAll(async () => {
  onNode.close();
  await database.close();
});

describe.each([
  ["fetch", fetchTransport, 5, "2001:db8"],
  ["Node's own HTTP", onNode.transport, 5_000, "2001:db9"],
])("by %s,", (_name, transport, atMostOnTheWay, network) => {
  let service: TestService;
  const createService = (http: Partial<ExchangeOptions>) =>
    createTestService(database.sql, { http, transport });
  beforeAll(async () => {
    service = await createService({});
  });

  /** A request to store the share, sealed, with an ID of its own. */
  function storing(name: string): Promise<Envelope> {
    return sealedRequest({ id: idOf(name), body: storeShare.encode({ data: share }), sender: alice });
  }

  function partsOf(ur: UR): readonly string[] {
    const encoder = new MultipartEncoder(ur, 100);
    return Array.from({ length: encoder.partCount }, () => encoder.nextPart());
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

    test.each([
      ["with a mark, without a type", "utf16le", "\ufeff", undefined],
      ["with a mark, under another charset", "utf16le", "\ufeff", "text/plain; charset=utf-8"],
      ["with a mark of UTF-8, under another charset", "utf8", "\ufeff", "text/plain; charset=utf-16"],
      ["in the charset that the header names", "utf16le", "", 'text/plain; charset="UTF-16LE"'],
      ["in a charset that nobody knows", "utf8", "", "text/plain; charset=x"],
    ] as const)("text %s", async (name, encoding, mark, type) => {
      const text = Buffer.from(`${mark}${(await storing(name)).urString()}\n`, encoding);
      const bodies = encoding === "utf8" || mark === "" ? [text] : [text, Buffer.from(text).swap16()];
      for (const body of bodies) {
        expect(await post(service, body, type === undefined ? {} : { type })).toMatchObject(stored);
      }
    });

    test.each([
      ["in lines that were broken", (ur: UR) => ur.toString().replace(/.{76}/g, "$&\r\n")],
      ["in a line for each letter", (ur: UR) => [...ur.toString()].join("\n")],
      ["as a single part", (ur: UR) => new MultipartEncoder(ur, 10_000).nextPart()],
      [
        "as a single part that comes twice",
        (ur: UR) => `${new MultipartEncoder(ur, 10_000).nextPart()}\n`.repeat(2),
      ],
      ["in parts without anything between", (ur: UR) => partsOf(ur).join("")],
      ["in parts in lines that were broken", (ur: UR) => partsOf(ur).join("\n").replace(/.{76}/g, "$&\n")],
    ])("a UR %s", async (name, write) => {
      expect(await post(service, write((await storing(name)).ur()))).toMatchObject(stored);
    });

    test.each([
      ["with a greeting", (ur: UR) => `hello ${ur}`],
      ["with a signature", (ur: UR) => `${ur}\nAlice`],
      ["with a full stop", (ur: UR) => `${ur}.`],
      ["quoted", (ur: UR) => `> ${ur}`],
      ["twice", (ur: UR) => `${ur}\n${ur}`],
      ["beside a part of it", (ur: UR) => `${ur}\n${partsOf(ur)[0]}`],
      ["in parts with a comma between", (ur: UR) => partsOf(ur).join(",")],
      ["with an invisible character in it", (ur: UR) => `${ur}`.replace("/", "/\u200b")],
    ])("nothing else beside it: a UR %s is malformed", async (name, write) => {
      const answer = await post(service, write((await storing(name)).ur()));
      expect(answer).toMatchObject({ status: 400, code: "malformed" });
    });

    test("CBOR", async () => {
      const answer = await post(service, (await storing("CBOR")).cborData(), {
        type: "Application/CBOR; x=y",
      });
      expect(answer).toMatchObject({ ...stored, media: "application/cbor" });
    });

    test("no more lines of parts than a request can need, before any of them is decoded", async () => {
      const encoder = new MultipartEncoder((await storing("too many lines")).ur(), 100);
      const parts = Array.from({ length: 100 }, () => encoder.nextPart());
      const lines = Array.from({ length: 2 * MAX_PARTS }, (_, i) => parts[i % 8] ?? "");
      expect(await post(service, lines.slice(0, 200).join("\n"))).toMatchObject(stored);
      const short = ["ur:envelope/1-2/aeaeaeae", ...lines.map(() => "ur:envelope/2-2/aeaeaeae")].join("\n");
      expect(await post(service, short)).toMatchObject({ code: "too-many-parts" });
    });

    test("the parts of a multi-part UR, in any order and with more than are needed", async () => {
      const envelope = await storing("multi-part");
      const encoder = new MultipartEncoder(UR.parse(envelope.urString()), 100);
      const parts = Array.from({ length: encoder.partCount + 3 }, () => encoder.nextPart());
      expect(parts.length).toBeGreaterThan(5);
      expect(await post(service, parts.join("\n"))).toMatchObject(stored);
      expect(await post(service, parts.toReversed().join("\r\n").toUpperCase())).toMatchObject(stored);
      // The first part is lost. In one try a mixed part makes up for it, in the other nothing does.
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
      const response = await service.send(new Request(ADDRESS, { method: "POST" }));
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

    test.each([
      ["gzip", 415],
      ["identity, br", 415],
      ["Identity", 200],
    ])("a body in the encoding %s: %s", async (encoding, status) => {
      const body = (await storing(`encoded ${encoding}`)).urString();
      const headers = { "content-encoding": encoding, "content-type": "text/plain" };
      const request = new Request(ADDRESS, { method: "POST", headers, body });
      expect((await service.send(request)).status).toBe(status);
    });

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
      const request = new Request(ADDRESS, {
        method: "POST",
        body: endless,
        headers: { "content-type": "application/cbor" },
        duplex: "half",
      } as RequestInit);
      const response = await service.send(request);
      expect(response.status).toBe(413);
      const answer = await readAnswer(new Uint8Array(await response.arrayBuffer()), "cbor", { server });
      expect(answer).toMatchObject({ code: "too-large" });
      expect(pulled).toBeLessThan(MAX_REQUEST_BYTES / 1024 + atMostOnTheWay);
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
      const limited = await createService({ requestsPerSecond: 1 });
      for (let i = 0; i < 5; i++) expect(await post(limited, "x", {})).toMatchObject({ status: 400 });
      const answer = await post(limited, "x", { type: "application/json" });
      expect(answer).toMatchObject({ status: 429, code: "rate-limited", early: true });
      expect(answer.headers.get("retry-after")).toBe("1");
      limited.clock.now = new Date(NOW.getTime() + 1000);
      expect(await post(limited, "x", {})).toMatchObject({ status: 400 });
    });

    test("however many keys and addresses of its network somebody has, contacts are not asked without end", async () => {
      const limited = await createService({ requestsPerSecond: 1_000 });
      const ask = (name: string) => {
        const client = limited.client({ keys: PrivateKeys.generate("ed25519") });
        return outcome(client.call("fallbackTransfer", { fallback: `${name}@example.com` }));
      };
      for (let i = 0; i < CHALLENGES_PER_NETWORK_PER_HOUR; i++) {
        limited.caller.address = `${network}::${i.toString(16)}`;
        expect(await ask(`person-${i}`)).toBe("ok");
      }
      expect(await ask("one-more")).toBe("rate-limited");
      limited.caller.address = `${network}:0:1::1`;
      expect(await ask("somebody-elses")).toBe("ok");
      limited.caller.address = `${network}::1`;
      limited.clock.now = new Date(NOW.getTime() + LIMIT_WINDOW * 1000);
      expect(await ask("later")).toBe("ok");
    });

    test("a large answer counts as several requests, and so does an audit that reads as much", async () => {
      const limited = await createService({ requestsPerSecond: 1 });
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
      limited.clock.now = new Date(limited.clock.now.getTime() + 60_000);
      const audit = () => client.call("auditShares", { receipts: [], nonce: new Uint8Array(16) });
      expect(await audit()).toHaveLength(30);
      expect(await outcome(audit())).toBe("rate-limited");
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
    // The sender needs an account to read from. Sending the storeShare again costs nothing.
    await service.client({ keys: sender.privateKeys }).storeShare(share);
    const response = await service.send(new Request(ADDRESS, { method: "POST", body: envelope.urString() }));
    const answered = new Uint8Array(await response.arrayBuffer());
    const answer = await readAnswer(answered, "ur", { server, wallets: [sender] });
    expect([response.status, answer.code]).toEqual([200, undefined]);
  });

  test.each([
    ["an answer", "text/plain", 200],
    ["an early failure", "application/cbor", 400],
    ["a refused type", "image/png", 415],
  ])("%s may be read by any page, and kept by nobody", async (_name, type, status) => {
    const body = (await storing("headers")).urString();
    const headers = { "content-type": type, origin: "https://wallet.example" };
    const request = new Request(ADDRESS, { method: "POST", body, headers });
    const response = await service.send(request);
    expect(response.status).toBe(status);
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(response.headers.get("cache-control")).toBe("no-store");
  });

  test("an answer tells nothing of where it failed", async () => {
    const sealedToAnother = await sealFor(
      otherServer,
      await plainRequest({ id: idOf("stack"), body: storeShare.encode({ data: share }), sender: alice }),
    );
    for (const body of ["x", "ur:envelope/", "ur:seed/oyadgdaawzwplrbdhd", sealedToAnother.urString()]) {
      const response = await service.send(new Request(ADDRESS, { method: "POST", body }));
      const flat = flatNotation(Envelope.fromURString(await response.text()).tryUnwrap());
      expect(flat).not.toMatch(/\.ts|node_modules|Error:|at [A-Za-z]+ \(/);
    }
  });
});
