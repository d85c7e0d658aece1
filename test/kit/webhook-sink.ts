/** A real webhook receiver on loopback: it checks signatures as Standard Webhooks' own library does, and keeps what it gets. */
import { once } from "node:events";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { Webhook } from "standardwebhooks";

export type ReceivedWebhook = {
  /** `fallback.validation`, … */
  readonly type: string;
  readonly data: {
    readonly kind: string;
    readonly address: string;
    readonly subject: string;
    readonly text: string;
    readonly code?: string;
    readonly link?: string;
  };
};

export type WebhookSink = AsyncDisposable & {
  /** What turns a server's webhook channel on, towards this sink. */
  readonly environment: { readonly WEBHOOK_URL: string; readonly WEBHOOK_SECRET: string };
  /** Everything that was signed well, oldest first. */
  readonly received: readonly ReceivedWebhook[];
  /** The oldest message to this address that was not taken yet; waits for it if need be. */
  readonly next: (address: string) => Promise<ReceivedWebhook>;
  /** Turns the next messages away: the first with the first status, and so on. */
  readonly refuse: (...statuses: readonly number[]) => void;
  readonly close: () => Promise<void>;
};

/** @param onMessage told of each message before it counts as taken. */
export async function openWebhookSink(
  onMessage: (message: ReceivedWebhook) => Promise<void> = async () => {},
): Promise<WebhookSink> {
  const secret = `whsec_${Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64")}`;
  const webhook = new Webhook(secret);
  const received: ReceivedWebhook[] = [];
  const taken = new Set<ReceivedWebhook>();
  const refusals: number[] = [];
  let waiting: (() => void)[] = [];

  const server = createServer(async (request, response) => {
    const body = await text(request);
    const status = refusals.shift() ?? (await accept(body, request.headers));
    response.writeHead(status).end();
    const woken = waiting;
    waiting = [];
    for (const wake of woken) wake();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("no port");

  async function accept(body: string, headers: NodeJS.Dict<string | string[]>): Promise<number> {
    try {
      const message = webhook.verify(body, headers as Record<string, string>) as ReceivedWebhook;
      await onMessage(message);
      received.push(message);
      return 204;
    } catch {
      return 401;
    }
  }

  async function next(to: string): Promise<ReceivedWebhook> {
    for (;;) {
      const message = received.find((it) => it.data.address === to && !taken.has(it));
      if (message !== undefined) {
        taken.add(message);
        return message;
      }
      await new Promise<void>((wake) => waiting.push(wake));
    }
  }

  async function close(): Promise<void> {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }

  return {
    environment: { WEBHOOK_URL: `http://127.0.0.1:${address.port}/`, WEBHOOK_SECRET: secret },
    received,
    next,
    refuse: (...statuses) => void refusals.push(...statuses),
    close,
    [Symbol.asyncDispose]: close,
  };
}
