import { createServer, type IncomingHttpHeaders, type RequestListener } from "node:http";
import { Webhook } from "standardwebhooks";
import { afterEach, describe, expect, test } from "vitest";
import { ChannelError } from "../channel.ts";
import { composeMessage } from "../message.ts";
import { type WebhookOptions, webhookChannel } from "./webhook.ts";

const SECRET = `whsec_${btoa("a secret of twenty-four.")}`;
const message = composeMessage(
  "m-17",
  { kind: "phone", address: "+15551234567" },
  {
    topic: "transfer",
    secrets: { token: "0123456789ABCDEFGHJKMNPQRSTVWXYZ", code: "0A1B-2C1Z" },
    lifetime: 600,
  },
  { publicUrl: "https://shares.example.com", account: "3f2a9b10" },
);

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

interface Received {
  readonly method: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A real HTTP server on loopback that keeps what it gets and answers as told. */
async function receiver(answer: RequestListener) {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString("utf8");
    received.push({ method: request.method, headers: request.headers, body });
    answer(request, response);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const only = () => {
    const [first, ...others] = received;
    if (first === undefined || others.length > 0)
      throw new Error(`expected one request, got ${received.length}`);
    return first;
  };
  return { received, only, url: `http://127.0.0.1:${address.port}/hook` };
}

function channelTo(url: string, options: Partial<WebhookOptions> = {}) {
  // The verifier compares with its own clock, so this is the one place where the real time matters.
  return webhookChannel({ url, secret: SECRET, fetch, now: () => new Date(), ...options });
}

async function failure(sending: Promise<void>): Promise<ChannelError> {
  const error: unknown = await sending.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(error instanceof ChannelError)) throw new Error("expected a ChannelError", { cause: error });
  expect(error.message).not.toMatch(/1555|0A1B/);
  return error;
}

describe("the webhook channel", () => {
  test("posts a body that the published verifier accepts", async () => {
    const { only, url } = await receiver((_, response) => response.writeHead(204).end());
    await channelTo(url).send(message);
    const { method, headers, body } = only();
    expect(method).toBe("POST");
    expect(headers["content-type"]).toBe("application/json");
    const signature = {
      "webhook-id": String(headers["webhook-id"]),
      "webhook-timestamp": String(headers["webhook-timestamp"]),
      "webhook-signature": String(headers["webhook-signature"]),
    };
    expect(new Webhook(SECRET).verify(body, signature)).toMatchObject({
      type: "fallback.transfer",
      data: {
        kind: "phone",
        address: "+15551234567",
        code: "0A1B-2C1Z",
        short: message.short,
        link: message.link,
      },
    });
    expect(() => new Webhook(SECRET).verify(body.replace("0A1B", "0A1C"), signature)).toThrow();
    expect(() => new Webhook(`whsec_${btoa("another secret, no less.")}`).verify(body, signature)).toThrow();
  });

  test("signs with the id and the time that it sends", async () => {
    const { only, url } = await receiver((_, response) => response.end());
    const now = new Date("2026-11-22T10:00:00.900Z");
    await channelTo(url, { now: () => now }).send(message);
    const { headers, body } = only();
    expect(headers["webhook-id"]).toBe("m-17");
    expect(headers["webhook-timestamp"]).toBe("1795341600");
    expect(headers["webhook-signature"]).toBe(new Webhook(SECRET).sign("m-17", now, body));
    expect(JSON.parse(body)).toHaveProperty("timestamp", "2026-11-22T10:00:00.900Z");
  });

  test("takes any 2xx for a yes", async () => {
    const { url } = await receiver((_, response) => response.writeHead(202).end("taken"));
    await expect(channelTo(url).send(message)).resolves.toBeUndefined();
  });

  test.each([
    [413, true],
    [422, true],
    [301, false],
    [400, false],
    [401, false],
    [403, false],
    [404, false],
    [408, false],
    [410, false],
    [415, false],
    [429, false],
    [500, false],
    [503, false],
  ])("finds an answer of %i permanent: %s", async (status, permanent) => {
    const { url } = await receiver((_, response) => response.writeHead(status).end("no, +15551234567"));
    expect(await failure(channelTo(url).send(message))).toMatchObject({
      permanent,
      message: `webhook answered ${status}`,
    });
  });

  test("follows no redirect", async () => {
    const elsewhere = await receiver((_, response) => response.end());
    const { url } = await receiver((_, response) =>
      response.writeHead(307, { location: elsewhere.url }).end(),
    );
    expect((await failure(channelTo(url).send(message))).permanent).toBe(false);
    expect(elsewhere.received).toEqual([]);
  });

  test("gives up in time on a receiver that never answers", async () => {
    const { received, url } = await receiver(() => {});
    const error = await failure(channelTo(url, { timeout: 100 }).send(message));
    expect(error).toMatchObject({ permanent: false, message: "webhook did not answer in time" });
    expect(received).toHaveLength(1);
  });

  test("waits for no more than the status of an answer without end", async () => {
    const { url } = await receiver((_, response) => {
      const drip = setInterval(() => response.write("x"), 10);
      response.on("close", () => clearInterval(drip));
    });
    await expect(channelTo(url).send(message)).resolves.toBeUndefined();
  });

  test("finds a receiver that is away temporary", async () => {
    const { url } = await receiver((request) => request.socket.destroy());
    const error = await failure(channelTo(url).send(message));
    expect(error).toMatchObject({ permanent: false, message: "webhook could not be reached" });
  });
});

describe("a webhook setting", () => {
  test.each([
    "https://gateway.example.com/hook",
    "http://localhost:8080/",
    "http://127.0.0.2/",
    "http://[::1]:80/",
  ])("is taken when nobody can listen on the way: %j", (url) => {
    expect(channelTo(url, { kinds: ["phone"] }).kinds).toEqual(["phone"]);
  });

  test.each([
    "",
    "gateway.example.com",
    "http://gateway.example.com/",
    "http://127.0.0.1.example.com/",
    "ftp://127.0.0.1/",
    "https://user:password@gateway.example.com/",
  ])("is refused when somebody can, or when it is no such URL: %j", (url) => {
    expect(() => channelTo(url)).toThrow(TypeError);
  });

  test.each([
    "",
    "whsec_",
    btoa("x".repeat(24)),
    `whsec_${btoa("x".repeat(23))}`,
    `whsec_${btoa("x".repeat(65))}`,
    "whsec_*",
    "whsec_abcde",
  ])("needs a secret of 24 to 64 bytes: %j", (secret) => {
    expect(() => channelTo("https://gateway.example.com/", { secret })).toThrow(TypeError);
  });
});
